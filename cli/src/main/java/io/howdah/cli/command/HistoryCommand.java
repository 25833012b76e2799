package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.api.JsonWriter;
import io.howdah.cli.text.ExitCode;
import io.howdah.cli.text.Table;
import io.howdah.cli.text.Table.Cell;
import io.howdah.cli.text.Terminal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows who led when and why that changed. */
@Command(
        name = "howdah history",
        header = {
            "  howdah history                  the newest 20 changes, newest first",
            "  howdah history --limit 200      more of them",
            "  howdah history --phases         how long each step of each change took"
        },
        description = "Shows each election and each change of the members, with its cause, as the leaders recorded it "
                + "in the replicated log.")
final class HistoryCommand extends HowdahCommand {
    @Option(names = "--limit", paramLabel = "N", description = "How many (default: 20).")
    private int limit = 20;

    @Option(names = "--phases", description = "Show what each outage consisted of, in milliseconds.")
    private boolean phases;

    @Mixin
    private OutputOption output = new OutputOption();

    @Override
    ExitCode run(CommandContext context) {
        Json.Fields history = AdminTask.find("history", common(), context).history(Math.clamp(limit, 1, 1000));
        Terminal terminal = context.terminal();
        if (output.isJson()) {
            terminal.out().println(JsonWriter.indented(history));
            return ExitCode.OK;
        }
        Table table = phases ? phases(history.list("history")) : causes(history.list("history"));
        table.render(terminal).forEach(terminal.out()::println);
        return ExitCode.OK;
    }

    private static Table causes(List<Json.Fields> rules) {
        Table table = new Table(List.of("TIME", "TERM", "LEADER", "TL", "MEMBERS", "OUTAGE", "CAUSE"), Set.of(1, 3, 5));
        for (Json.Fields rule : rules) {
            table.add(
                    Cell.of(rule.shown("at")),
                    Cell.of(rule.shown("term")),
                    Cell.of(rule.shown("leader")),
                    Cell.of(rule.shown("timeline")),
                    Cell.of(String.join(",", rule.texts("members"))),
                    Cell.of(promoted(rule) ? rule.fields("promotion").shown("outage_ms") + " ms" : ""),
                    Cell.of(rule.shown("reason")));
        }
        return table;
    }

    private static Table phases(List<Json.Fields> rules) {
        List<String> steps = List.of("held", "detected", "elected", "promoted", "confirmed", "opened");
        List<String> header = new ArrayList<>(List.of("TIME", "TERM", "KIND", "FROM", "TO", "OUTAGE"));
        steps.forEach(step -> header.add(step.toUpperCase(Locale.ROOT)));
        Table table = new Table(header, Set.of(1, 5, 6, 7, 8, 9, 10, 11));
        for (Json.Fields rule : rules) {
            if (promoted(rule)) {
                Json.Fields promotion = rule.fields("promotion");
                List<Cell> row = new ArrayList<>(List.of(
                        Cell.of(rule.shown("at")),
                        Cell.of(rule.shown("term")),
                        Cell.of(promotion.shown("kind")),
                        Cell.of(promotion.shown("from")),
                        Cell.of(promotion.shown("to")),
                        Cell.of(promotion.shown("outage_ms"))));
                steps.forEach(step -> row.add(Cell.of(promotion.fields("phases").shown(step + "_ms"))));
                table.add(row.toArray(Cell[]::new));
            }
        }
        return table;
    }

    /** False for changes of the members, and for leaders of whom nobody could write down how they came to lead. */
    private static boolean promoted(Json.Fields rule) {
        return rule.get("promotion") instanceof Json.Fields;
    }
}
