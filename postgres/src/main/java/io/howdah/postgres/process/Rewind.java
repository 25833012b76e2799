package io.howdah.postgres.process;

import java.time.Duration;
import java.util.function.Consumer;

/** Brings a diverged data directory back to the leader's history. */
public final class Rewind {
    public Rewind(
            PostgresBinaries binaries, UnprivilegedUser user, DataDirectory data, ServerConfiguration configuration) {}
    /** Whether the installation has pg_rewind. */
    public boolean isAvailable() {
        return io.howdah.postgres.wire.Pending.value();
    }

    /** Recover a crashed directory to a clean shutdown. Only for data known to be ahead of the leader's history: it ends the log on the old timeline. */
    public void recoverSingleUser(Duration timeout) {
        io.howdah.postgres.wire.Pending.value();
    }

    /** Wait until the source's control file has its current timeline, then rewind. */
    public void rewindTo(
            Upstream source, String superuser, String superuserPassword, Duration timeout, Consumer<String> progress) {
        io.howdah.postgres.wire.Pending.value();
    }
}
