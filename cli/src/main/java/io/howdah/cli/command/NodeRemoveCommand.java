package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.text.ExitCode;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes a node out of the cluster. */
@Command(
        name = "howdah node remove",
        header = {
            "  howdah node remove node3               after asking",
            "  howdah node remove node3 --yes         in a script",
            "  howdah node remove node3 --keep-data   its directory stays"
        },
        description =
                "Takes a node out of the rule and out of the cluster, dead or alive. A leader hands over first. Refused "
                        + "when the voters that are left could not commit anything. Its name is never used again.")
final class NodeRemoveCommand extends TaskCommand {
    @Parameters(index = "0", paramLabel = "NODE", description = "Which node.")
    private String node = "";

    @Mixin
    private YesOption yes = new YesOption();

    @Option(names = "--keep-data", description = "Leave its data directory where it is.")
    private boolean keepData;

    NodeRemoveCommand() {
        super("node remove", Duration.ofMinutes(2));
    }

    @Override
    ExitCode run(AdminTask task) {
        Json.Fields status = task.status();
        task.node(node);
        if (!task.confirmed(yes, question(status))) {
            return ExitCode.REFUSED;
        }
        Json.Fields result = task.run(
                Json.fields("kind", Json.of("node-remove"), "node", Json.of(node), "keep_data", Json.of(keepData)));
        return task.print(result, node + " is removed");
    }

    private String question(Json.Fields status) {
        long voters = status.list("nodes").stream()
                .filter(entry -> entry.truth("voter") && !entry.shown("id").equals(node))
                .count();
        String warning = voters == 2 ? " Two voters will be left: the loss of either then stops writes." : "";
        return "Remove %s%s?%s".formatted(node, keepData ? "" : " with its data", warning);
    }
}
