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

/** Shows what is to be done later. */
@Command(
        name = "howdah schedule list",
        header = {
            "  howdah schedule list            what is to be done, and how the last ones ended",
            "  howdah schedule list -o json    for scripts"
        },
        description = "Shows the operations that were scheduled with --at: the pending ones first.")
final class ScheduleListCommand extends HowdahCommand {
    @Mixin
    private OutputOption output = new OutputOption();

    @Override
    ExitCode run(CommandContext context) {
        Json.Fields answer = AdminTask.find("schedule list", common(), context).schedules();
        Terminal terminal = context.terminal();
        if (output.isJson()) {
            terminal.out().println(JsonWriter.indented(answer));
            return ExitCode.OK;
        }
        List<Json.Fields> schedules = answer.list("schedules");
        if (schedules.isEmpty()) {
            terminal.out().println("nothing is scheduled");
            return ExitCode.OK;
        }
        Table table = new Table(List.of("ID", "AT", "WHAT", "STATE", "HOW IT ENDED"), Set.of());
        for (Json.Fields one : schedules) {
            table.add(
                    Cell.of(one.shown("id")),
                    Cell.of(one.shown("at")),
                    Cell.of(what(one.fields("operation"))),
                    Cell.of(one.shown("state")),
                    Cell.of(one.shown("words")));
        }
        table.render(terminal).forEach(terminal.out()::println);
        return ExitCode.OK;
    }

    /** As one would say it. */
    static String what(Json.Fields operation) {
        String kind = operation.shown("kind");
        if (kind.equals("switchover")) {
            return operation
                    .text("target")
                    .map(target -> "switchover to " + target)
                    .orElse("switchover");
        }
        String node = operation.shown("node");
        return "restart of " + (node.isEmpty() ? "all nodes" : node);
    }
}
