package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.text.ExitCode;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes a standby cluster one in its own right. */
@Command(
        name = "howdah cluster promote",
        header = {
            "  howdah cluster promote                       when the other cluster takes no writes",
            "  howdah cluster promote --accept-data-loss    although it may"
        },
        description =
                "Ends following another cluster: the node that reaches furthest leads, with all nodes as members. Refused "
                        + "while the remote primary takes writes, since those would be missing here.")
final class PromoteClusterCommand extends TaskCommand {
    @Option(names = "--accept-data-loss", description = "Go on although the remote primary takes writes.")
    private boolean acceptDataLoss;

    @Mixin
    private YesOption yes = new YesOption();

    PromoteClusterCommand() {
        super("cluster promote", Duration.ofMinutes(2));
    }

    @Override
    ExitCode run(AdminTask task) {
        if (!task.confirmed(yes, "Have this cluster take writes of its own?")) {
            return ExitCode.REFUSED;
        }
        Json.Fields result = task.run(Json.fields(
                "kind", Json.of("promote-cluster"),
                "accept_data_loss", Json.of(acceptDataLoss)));
        return task.print(result, "%s leads, term %s".formatted(result.shown("leader"), result.shown("term")));
    }
}
