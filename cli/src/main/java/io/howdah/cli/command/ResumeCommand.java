package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.text.ExitCode;
import java.time.Duration;
import picocli.CommandLine.Command;

/** Ends a pause of elections. */
@Command(
        name = "howdah resume",
        header = {"  howdah resume    elections go on; a missing leader is replaced at once"},
        description = "Ends a pause: the cluster elects leaders by itself again.")
final class ResumeCommand extends TaskCommand {
    ResumeCommand() {
        super("resume", Duration.ofSeconds(30));
    }

    @Override
    ExitCode run(AdminTask task) {
        Json.Fields result =
                task.run(Json.fields("kind", Json.of("resume"), "reason", Json.of("an operator has resumed them")));
        return task.print(result, "elections go on");
    }
}
