package io.howdah.cli.command;

import io.howdah.cli.api.Json;
import io.howdah.cli.text.ExitCode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Keeps the cluster from electing leaders by itself, as during maintenance. */
@Command(
        name = "howdah pause",
        header = {
            "  howdah pause --for 2h --reason 'new switches'   ends by itself",
            "  howdah pause                                    until 'howdah resume'"
        },
        description = "Pauses elections: while they are paused nobody takes over when the leader is lost. "
                + "Switchovers that you ask for go on working, and so do reads and writes.")
final class PauseCommand extends TaskCommand {
    @Option(names = "--for", paramLabel = "TIME", description = "End by itself after this time, as in 30m or 2h.")
    private Duration length = Duration.ZERO;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Shown in the status.")
    private String reason = "";

    PauseCommand() {
        super("pause", Duration.ofSeconds(30));
    }

    @Override
    ExitCode run(AdminTask task) {
        Map<String, Json> request = new LinkedHashMap<>();
        request.put("kind", Json.of("pause"));
        request.put("reason", Json.of(reason));
        if (length.isPositive()) {
            request.put("seconds", Json.of(length.toSeconds()));
        }
        Json.Fields result = task.run(new Json.Fields(request));
        String until = length.isPositive() ? "until " + result.fields("pause").shown("until") : "until 'howdah resume'";
        return task.print(result, "elections are paused " + until + ": nobody takes over when the leader is lost");
    }
}
