package io.howdah.cli.api;

import io.howdah.cli.text.CliException;
import io.howdah.cli.text.ExitCode;
import io.howdah.cli.text.ProgressView;
import io.howdah.cli.text.Units;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.LockSupport;

/** Follows one operation of the admin process to its end and shows its events. */
public final class Operation {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration SHORT_PAUSE = Duration.ofMillis(20);

    private final AdminClient admin;
    private final InstantSource clock;
    private final ProgressView progress;

    public Operation(AdminClient admin, InstantSource clock, ProgressView progress) {
        this.admin = admin;
        this.clock = clock;
        this.progress = progress;
    }

    /**
     * Starts the operation and returns its result.
     *
     * @throws CliException when it failed, or did not end within the limit; it then goes on without us
     */
    public Json.Fields run(Json.Fields request, Duration limit) {
        String id = admin.start(request);
        Instant deadline = clock.instant().plus(limit);
        long sequence = 0;
        while (true) {
            Json.Fields state = admin.operation(id, sequence, POLL);
            boolean news = false;
            for (Json.Fields event : state.list("events")) {
                if (event.number("sequence") > sequence) {
                    sequence = event.number("sequence");
                    progress.step(event.shown("component"), event.shown("message"));
                    news = true;
                }
            }
            switch (state.shown("state")) {
                case "succeeded" -> {
                    return state.fields("result");
                }
                case "failed" ->
                    throw AdminClient.describe(
                            ExitCode.FAILED, state.fields("error"), "%s failed".formatted(state.shown("kind")));
                default -> {
                    if (!news) {
                        progress.tick();
                        // The long poll is the pause; this one only bounds the damage of a server that does not hold
                        // it.
                        LockSupport.parkNanos(SHORT_PAUSE.toNanos());
                    }
                }
            }
            if (clock.instant().isAfter(deadline)) {
                throw new CliException(
                        ExitCode.TIMEOUT,
                        "'%s' did not end within %s".formatted(request.shown("kind"), Units.duration(limit)),
                        "the operation goes on in the background");
            }
        }
    }
}
