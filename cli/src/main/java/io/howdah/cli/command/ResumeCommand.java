package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.text.ExitCode;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Ends a pause of elections. */
@Command(
        name = "howdah resume",
        headerHeading = "Examples:%n",
        header = {
            "  howdah resume                                    elections go on; a missing leader is replaced at once"
        },
        synopsisHeading = "%nUsage: ",
        abbreviateSynopsis = true,
        descriptionHeading = "%n",
        description = "Ends a pause: the cluster elects leaders by itself again.",
        optionListHeading = "%nOptions:%n",
        sortOptions = false)
final class ResumeCommand implements HowdahCommand {
    @Option(names = "--wait", paramLabel = "TIME", description = "How long to wait (default: 30s).")
    private Duration wait = Duration.ofSeconds(30);

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
        AdminTask task = new AdminTask("resume", common, context);
        Json.Fields result = task.run(
                Json.fields("kind", Json.of("resume"), "reason", Json.of("an operator has resumed them")), wait);
        return task.print(result, output, "elections go on");
    }
}
