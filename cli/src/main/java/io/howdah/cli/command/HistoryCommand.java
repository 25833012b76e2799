package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.api.JsonWriter;
import io.howdah.cli.text.ExitCode;
import io.howdah.cli.text.Table;
import io.howdah.cli.text.Table.Cell;
import io.howdah.cli.text.Terminal;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows who led when and why that changed. */
@Command(
        name = "howdah history",
        header = {
            "  howdah history                  the newest 20 changes, newest first",
            "  howdah history --limit 200      more of them"
        },
        description = "Shows each election and each change of the members, with its cause, as the leaders recorded it "
                + "in the replicated log.")
final class HistoryCommand extends HowdahCommand {
    @Option(names = "--limit", paramLabel = "N", description = "How many (default: 20).")
    private int limit = 20;

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
        Table table = new Table(List.of("TIME", "TERM", "LEADER", "TL", "MEMBERS", "CAUSE"), Set.of(1, 3));
        for (Json.Fields rule : history.list("history")) {
            table.add(
                    Cell.of(rule.shown("at")),
                    Cell.of(rule.shown("term")),
                    Cell.of(rule.shown("leader")),
                    Cell.of(rule.shown("timeline")),
                    Cell.of(String.join(",", rule.texts("members"))),
                    Cell.of(rule.shown("reason")));
        }
        table.render(terminal).forEach(terminal.out()::println);
        return ExitCode.OK;
    }
}
