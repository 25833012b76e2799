package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.api.JsonWriter;
import io.howdah.cli.text.ExitCode;
import io.howdah.cli.text.Table;
import io.howdah.cli.text.Table.Cell;
import io.howdah.cli.text.Terminal;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what the gateways have spent their time on. */
@Command(
        name = "howdah gateway queries",
        header = {
            "  howdah gateway queries                 the 20 statements that took most of the time",
            "  howdah gateway queries --limit 100     more of them",
            "  howdah gateway queries -o json         for scripts"
        },
        description =
                "Shows the statements of all gateways together, without their constants, by the time that they took."
                        + " Each gateway has room for a thousand; what made room for others is in the last line.")
final class GatewayQueriesCommand extends HowdahCommand {
    private static final double NANOS_PER_MILLI = 1e6;

    @Option(names = "--limit", paramLabel = "N", description = "How many (default: 20).")
    private int limit = 20;

    @Mixin
    private OutputOption output = new OutputOption();

    @Override
    ExitCode run(CommandContext context) {
        Json.Fields answer =
                AdminTask.find("gateway queries", common(), context).queries(Math.clamp(limit, 1, 1000));
        Terminal terminal = context.terminal();
        if (output.isJson()) {
            terminal.out().println(JsonWriter.indented(answer));
            return ExitCode.OK;
        }
        Table table = new Table(
                List.of(
                        "CALLS",
                        "TOTAL MS",
                        "MEAN MS",
                        "MAX MS",
                        "WAIT MS",
                        "ROWS",
                        "ERRORS",
                        "STANDBY",
                        "DATABASE",
                        "USER",
                        "QUERY"),
                Set.of(0, 1, 2, 3, 4, 5, 6, 7));
        answer.list("queries").forEach(query -> add(table, query, query.shown("query")));
        addRest(table, answer.fields("others"), "(others)");
        addRest(table, answer.fields("evicted"), "(took too little to be kept)");
        table.render(terminal).forEach(terminal.out()::println);
        answer.texts("missing").forEach(gateway -> terminal.note(gateway + " did not answer"));
        return ExitCode.OK;
    }

    private static void addRest(Table table, Json.Fields totals, String words) {
        if (!totals.shown("calls").equals("0")) {
            add(table, totals, words);
        }
    }

    private static void add(Table table, Json.Fields query, String text) {
        table.add(
                Cell.of(query.shown("calls")),
                Cell.of(millis(query, "total_ns")),
                Cell.of(millis(query, "mean_ns")),
                Cell.of(millis(query, "max_ns")),
                Cell.of(millis(query, "wait_ns")),
                Cell.of(query.shown("rows")),
                Cell.of(query.shown("errors")),
                Cell.of(query.shown("standby")),
                Cell.of(query.shown("database")),
                Cell.of(query.shown("user")),
                Cell.of(text));
    }

    private static String millis(Json.Fields query, String key) {
        return String.format(Locale.ROOT, "%.3f", Long.parseLong(query.shown(key)) / NANOS_PER_MILLI);
    }
}
