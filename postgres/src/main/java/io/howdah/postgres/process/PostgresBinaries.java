package io.howdah.postgres.process;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** A PostgreSQL installation. */
public record PostgresBinaries(Path directory, PostgresVersion version, Set<Tool> tools) {
    /** Finds the newest supported installation, or throws saying what to install. */
    public static PostgresBinaries find(Optional<Path> explicit) {
        return io.howdah.postgres.wire.Pending.value();
    }

    /** Path of a tool, or throws saying what to install. */
    public Path path(Tool tool) {
        return io.howdah.postgres.wire.Pending.value();
    }
}
