package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.api.JsonWriter;
import io.howdah.cli.local.ClusterDirectory;
import io.howdah.cli.local.Logs;
import io.howdah.cli.local.Logs.Line;
import io.howdah.cli.text.ExitCode;
import io.howdah.cli.text.Style;
import io.howdah.cli.text.Terminal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the end of one log or of all, merged by time. */
@Command(
        name = "howdah logs",
        header = {
            "  howdah logs                    the last lines of every component, by time",
            "  howdah logs node2 -f           follow one component",
            "  howdah logs node2-postgres -n 200"
        },
        description = "Shows logs: of each node, of its PostgreSQL (node1-postgres), of each gateway and of admin.",
        parameterListHeading = "%n")
final class LogsCommand extends HowdahCommand {
    private static final int LINES = 50;

    @Parameters(
            arity = "0..1",
            paramLabel = "COMPONENT",
            description = "As in node1, node1-postgres, gateway1, admin (default: all).")
    private @Nullable String component;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on as lines are written, until Ctrl-C.")
    private boolean follow;

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "N",
            description = "How many lines to begin with (default: ${DEFAULT-VALUE}).")
    private int lines = LINES;

    @Mixin
    private OutputOption output = new OutputOption();

    @Override
    ExitCode run(CommandContext context) {
        ClusterDirectory directory = common().existingCluster(context);
        Logs logs = new Logs(directory.logs(), Optional.ofNullable(component));
        List<String> names = logs.components();
        if (names.isEmpty()) {
            if (component != null) {
                throw Endpoints.missing("log of", component, new Logs(directory.logs(), Optional.empty()).components());
            }
            context.terminal().note("there are no logs in " + directory.logs());
        }
        Terminal terminal = context.terminal();
        logs.tail(Math.max(0, lines)).forEach(line -> print(line, terminal));
        while (follow && !terminal.out().checkError()) {
            logs.awaitMore().forEach(line -> print(line, terminal));
        }
        return ExitCode.OK;
    }

    private void print(Line line, Terminal terminal) {
        if (output.isJson()) {
            terminal.out()
                    .println(JsonWriter.compact(
                            Json.fields("component", Json.of(line.component()), "line", Json.of(line.text()))));
        } else if (component != null) {
            terminal.out().println(line.text());
        } else {
            terminal.out().println(terminal.styled(Style.DIM, line.component() + " |") + " " + line.text());
        }
    }
}
