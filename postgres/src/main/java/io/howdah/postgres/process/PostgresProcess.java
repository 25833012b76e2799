package io.howdah.postgres.process;

import io.howdah.postgres.client.PostgresClient;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A running postmaster. */
public final class PostgresProcess {
    PostgresProcess() {}
    /** Its process id. */
    public long pid() {
        return io.howdah.postgres.wire.Pending.value();
    }

    /** Still there. */
    public boolean isAlive() {
        return io.howdah.postgres.wire.Pending.value();
    }

    /** Completes within milliseconds of its end. */
    public CompletableFuture<Void> onExit() {
        return io.howdah.postgres.wire.Pending.value();
    }

    /** Wait until it accepts connections, or throw saying why not. */
    public void awaitReady(Duration timeout) {
        io.howdah.postgres.wire.Pending.value();
    }

    /** Reread configuration files. */
    public void reload() {
        io.howdah.postgres.wire.Pending.value();
    }

    /** Fast shutdown, then immediate, then kill. */
    public StopOutcome stop(Duration fastTimeout) {
        return io.howdah.postgres.wire.Pending.value();
    }

    /** Immediate shutdown. */
    public StopOutcome stopImmediately() {
        return io.howdah.postgres.wire.Pending.value();
    }

    /** Leave recovery; answers when the connection is writable. */
    public void promote(PostgresClient client, Duration timeout) {
        io.howdah.postgres.wire.Pending.value();
    }
}
