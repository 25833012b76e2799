package io.howdah.postgres.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The operating system user that PostgreSQL runs as. */
public final class UnprivilegedUser {
    /** The current user, or when that is root, postgres or howdah (created). */
    public static UnprivilegedUser detect() {
        return io.howdah.postgres.wire.Pending.value();
    }

    /** Name. */
    public String name() {
        return io.howdah.postgres.wire.Pending.value();
    }

    /** Whether commands must be wrapped. */
    public boolean isSwitch() {
        return io.howdah.postgres.wire.Pending.value();
    }

    /** The command to run so that it runs as this user. */
    public List<String> wrap(List<String> command) {
        return io.howdah.postgres.wire.Pending.value();
    }

    /** Give a file or directory tree to the user. */
    public void own(Path path) {
        io.howdah.postgres.wire.Pending.value();
    }

    /** The first directory on the way that the user cannot enter. */
    public Optional<Path> firstUntraversable(Path directory) {
        return io.howdah.postgres.wire.Pending.value();
    }
}
