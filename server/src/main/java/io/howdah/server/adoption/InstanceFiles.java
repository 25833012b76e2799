package io.howdah.server.adoption;

import io.howdah.postgres.process.UnprivilegedUser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * The few small files of a data directory that a node writes: kept beside before the adoption and put back as they were
 * when it fails.
 */
final class InstanceFiles {
    private static final List<String> NAMES =
            List.of("postgresql.auto.conf", "standby.signal", "recovery.signal", "postmaster.opts");

    private final Path data;
    private final Path kept;
    private final UnprivilegedUser user;

    /** @param kept a directory that does not exist yet */
    InstanceFiles(Path data, Path kept, UnprivilegedUser user) {
        this.data = data;
        this.kept = kept;
        this.user = user;
    }

    void keep() {
        try {
            Files.createDirectories(kept);
            for (String name : NAMES) {
                if (Files.exists(data.resolve(name))) {
                    Files.copy(
                            data.resolve(name),
                            kept.resolve(name),
                            StandardCopyOption.REPLACE_EXISTING,
                            StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot keep the files of %s in %s: %s".formatted(data, kept, e.getMessage()), e);
        }
    }

    /** What ALTER SYSTEM had set is among the settings that stay for all nodes; here it would be stronger than those. */
    void emptyAutomaticSettings() {
        try {
            Files.writeString(
                    data.resolve("postgresql.auto.conf"), "# See postgresql.conf in the cluster's directory.\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write in %s: %s".formatted(data, e.getMessage()), e);
        }
    }

    void putBack() {
        try {
            for (String name : NAMES) {
                if (Files.exists(kept.resolve(name))) {
                    Files.copy(
                            kept.resolve(name),
                            data.resolve(name),
                            StandardCopyOption.REPLACE_EXISTING,
                            StandardCopyOption.COPY_ATTRIBUTES);
                    user.own(data.resolve(name));
                } else {
                    Files.deleteIfExists(data.resolve(name));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot put the files of %s back: %s".formatted(data, e.getMessage()), e);
        }
    }
}
