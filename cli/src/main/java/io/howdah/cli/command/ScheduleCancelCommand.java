package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.api.JsonWriter;
import io.howdah.cli.text.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Takes back what was to be done later. */
@Command(
        name = "howdah schedule cancel",
        header = "  howdah schedule cancel sm1x2y3z-0a1    as 'howdah schedule list' names it",
        description = "Cancels what was scheduled with --at and has not begun.")
final class ScheduleCancelCommand extends HowdahCommand {
    @Parameters(index = "0", paramLabel = "ID", description = "Which one.")
    private String id = "";

    @Mixin
    private OutputOption output = new OutputOption();

    @Override
    ExitCode run(CommandContext context) {
        Json.Fields canceled =
                AdminTask.find("schedule cancel", common(), context).cancelSchedule(id);
        context.terminal()
                .out()
                .println(
                        output.isJson()
                                ? JsonWriter.indented(canceled)
                                : "canceled: %s at %s"
                                        .formatted(
                                                ScheduleListCommand.what(canceled.fields("operation")),
                                                canceled.shown("at")));
        return ExitCode.OK;
    }
}
