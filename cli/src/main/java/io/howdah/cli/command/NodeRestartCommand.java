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
        header = {
            "  howdah node restart node2              PostgreSQL and the process beside it",
            "  howdah node restart --all --rolling    each in turn, the leader last",
            "  howdah node restart node2 --at 2026-11-22T03:00Z   at night"
        },
        description =
                "Restarts a node and waits until it streams and votes again. A leader hands over first. Refused when "
                        + "writes would stop meanwhile.")
final class NodeRestartCommand extends TaskCommand {
    @Parameters(index = "0", arity = "0..1", paramLabel = "NODE", description = "Which node.")
    private String node = "";

    @Option(names = "--all", description = "All nodes, one after the other.")
    private boolean all;

    @Option(names = "--rolling", description = "Said with --all: one at a time, which is the only way.")
    private boolean rolling;

    @Mixin
    private AtOption at = new AtOption();

    @Mixin
    private YesOption yes = new YesOption();

    NodeRestartCommand() {
        super("node restart", Duration.ofMinutes(10));
    }

    @Override
    ExitCode run(AdminTask task) {
        if (all == !node.isEmpty() || (rolling && !all)) {
            throw new CliException(
                    ExitCode.USAGE,
                    "name one node, or all of them",
                    "",
                    task.suggest("node restart node2"),
                    task.suggest("node restart --all --rolling"));
        }
        if (!all) {
            task.node(node);
        }
        Json.Fields request = Json.fields("kind", Json.of("node-restart"), "node", Json.of(node));
        if (at.when().isPresent()) {
            return task.schedule(at.when().get(), request);
        }
        String what = all ? "all nodes, one after the other" : node;
        if (!task.confirmed(yes, "Restart %s?".formatted(what))) {
            return ExitCode.REFUSED;
        }
        Json.Fields result = task.run(request);
        return task.print(result, "restarted " + what);
    }
}
