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
        headerHeading = "Examples:%n",
        header = {
            "  howdah node remove node3               after asking",
            "  howdah node remove node3 --yes         in a script",
            "  howdah node remove node3 --keep-data   its directory stays"
        },
        synopsisHeading = "%nUsage: ",
        abbreviateSynopsis = true,
        descriptionHeading = "%n",
        description =
                "Takes a node out of the rule and out of the cluster, dead or alive. A leader hands over first. Refused "
                        + "when the voters that are left could not commit anything. Its name is never used again.",
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions:%n",
        sortOptions = false)
final class NodeRemoveCommand implements HowdahCommand {
    @Parameters(index = "0", paramLabel = "NODE", description = "Which node.")
    private String node = "";

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask.")
    private boolean yes;

    @Option(names = "--keep-data", description = "Leave its data directory where it is.")
    private boolean keepData;

    @Option(names = "--wait", paramLabel = "TIME", description = "How long to wait, as in 90s or 2m (default: 2m).")
    private Duration wait = Duration.ofMinutes(2);

    @Mixin
    private OutputOption output = new OutputOption();

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Override
    public CommonOptions common() {
        return common;
    }

    @Override
    public ExitCode run(CommandContext context) {
        AdminTask task = new AdminTask("node remove", common, context);
        Json.Fields status = task.status();
        task.node(node);
        if (!task.confirmed(yes, question(status))) {
            return ExitCode.REFUSED;
        }
        Json.Fields result = task.run(
                Json.fields("kind", Json.of("node-remove"), "node", Json.of(node), "keep_data", Json.of(keepData)),
                wait);
        return task.print(result, output, node + " is removed");
    }

    private String question(Json.Fields status) {
        long voters = status.list("nodes").stream()
                .filter(entry -> entry.truth("voter") && !entry.shown("id").equals(node))
                .count();
        String warning = voters == 2 ? " Two voters will be left: the loss of either then stops writes." : "";
        return "Remove %s%s?%s".formatted(node, keepData ? "" : " with its data", warning);
    }
}
