package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.text.ExitCode;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes this cluster follow one that has followed it until now. */
@Command(
        name = "howdah cluster demote",
        header = {
            "  howdah cluster demote --standby-of \"host=db2 port=5441\"",
            "  howdah cluster promote        afterwards, at the other cluster"
        },
        description =
                "Stops taking writes, waits until the other cluster has received everything, and follows it from then on. "
                        + "When it does not receive everything in time, this cluster goes on as before.")
final class DemoteClusterCommand extends TaskCommand {
    @Option(
            names = "--standby-of",
            required = true,
            paramLabel = "SERVER",
            description = "A server of the cluster to follow, as in \"host=db2 port=5441\".")
    private String remote = "";

    @Mixin
    private YesOption yes = new YesOption();

    DemoteClusterCommand() {
        super("cluster demote", Duration.ofMinutes(2));
    }

    @Override
    ExitCode run(AdminTask task) {
        if (!task.confirmed(yes, "Have this cluster take no writes any more and follow %s?".formatted(remote))) {
            return ExitCode.REFUSED;
        }
        Json.Fields result = task.run(Json.fields(
                "kind", Json.of("demote-cluster"),
                "standby_of", Json.of(remote)));
        return task.print(
                result,
                "follows %s; promote it with 'howdah cluster promote' there".formatted(result.shown("standby_of")));
    }
}
