package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.text.CliException;
import io.howdah.cli.text.ExitCode;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Restarts nodes without stopping the cluster. */
@Command(
        name = "howdah node restart",
        headerHeading = "Examples:%n",
        header = {
            "  howdah node restart node2              PostgreSQL and the process beside it",
            "  howdah node restart --all --rolling    each in turn, the leader last and after a switchover"
        },
        synopsisHeading = "%nUsage: ",
        abbreviateSynopsis = true,
        descriptionHeading = "%n",
        description =
                "Restarts a node and waits until it streams and votes again. A leader hands over first. Refused when "
                        + "writes would stop meanwhile.",
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions:%n",
        sortOptions = false)
final class NodeRestartCommand implements HowdahCommand {
    @Parameters(index = "0", arity = "0..1", paramLabel = "NODE", description = "Which node.")
    private String node = "";

    @Option(names = "--all", description = "All nodes, one after the other.")
    private boolean all;

    @Option(names = "--rolling", description = "Said with --all: one at a time, which is the only way.")
    private boolean rolling;

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask.")
    private boolean yes;

    @Option(names = "--wait", paramLabel = "TIME", description = "How long to wait, as in 90s or 2m (default: 10m).")
    private Duration wait = Duration.ofMinutes(10);

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
        if (all == !node.isEmpty() || (rolling && !all)) {
            throw new CliException(
                    ExitCode.USAGE,
                    "name one node, or all of them",
                    "",
                    common.suggest(context, "node restart node2"),
                    common.suggest(context, "node restart --all --rolling"));
        }
        AdminTask task = new AdminTask("node restart", common, context);
        if (!all) {
            task.node(node);
        }
        String what = all ? "all nodes, one after the other" : node;
        if (!task.confirmed(yes, "Restart %s?".formatted(what))) {
            return ExitCode.REFUSED;
        }
        Json.Fields result = task.run(Json.fields("kind", Json.of("node-restart"), "node", Json.of(node)), wait);
        return task.print(result, output, "restarted " + what);
    }
}
