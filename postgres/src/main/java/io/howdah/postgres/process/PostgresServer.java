package io.howdah.postgres.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Starts or adopts the postmaster of one data directory. */
public final class PostgresServer {
    public PostgresServer(
            PostgresBinaries binaries,
            UnprivilegedUser user,
            DataDirectory data,
            ServerConfiguration configuration,
            Path logFile) {}
    /** Start as a standby and wait until it accepts connections. */
    public PostgresProcess start(Duration timeout) {
        return io.howdah.postgres.wire.Pending.value();
    }

    /** Start as a standby without waiting. */
    public PostgresProcess launch() {
        return io.howdah.postgres.wire.Pending.value();
    }

    /** The postmaster that already runs here. */
    public Optional<PostgresProcess> adopt() {
        return io.howdah.postgres.wire.Pending.value();
    }
}
