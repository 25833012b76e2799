package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.text.ExitCode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Keeps the cluster from electing leaders by itself, as during maintenance. */
@Command(
        name = "howdah pause",
        headerHeading = "Examples:%n",
        header = {
            "  howdah pause --for 2h --reason 'new switches'    elections go on by themselves after two hours",
            "  howdah pause                                     until 'howdah resume'"
        },
        synopsisHeading = "%nUsage: ",
        abbreviateSynopsis = true,
        descriptionHeading = "%n",
        description = "Pauses elections: while they are paused nobody takes over when the leader is lost. "
                + "Switchovers that you ask for go on working, and so do reads and writes.",
        optionListHeading = "%nOptions:%n",
        sortOptions = false)
final class PauseCommand implements HowdahCommand {
    @Option(names = "--for", paramLabel = "TIME", description = "End by itself after this time, as in 30m or 2h.")
    private Duration length = Duration.ZERO;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Shown in the status.")
    private String reason = "";

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
        AdminTask task = new AdminTask("pause", common, context);
        Map<String, Json> request = new LinkedHashMap<>();
        request.put("kind", Json.of("pause"));
        request.put("reason", Json.of(reason));
        if (length.isPositive()) {
            request.put("seconds", Json.of(length.toSeconds()));
        }
        Json.Fields result = task.run(new Json.Fields(request), wait);
        String until = length.isPositive() ? "until " + result.fields("pause").shown("until") : "until 'howdah resume'";
        return task.print(
                result, output, "elections are paused " + until + ": nobody takes over when the leader is lost");
    }
}
