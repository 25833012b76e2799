package io.howdah.server.provision;

import io.howdah.postgres.process.UnprivilegedUser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;

/**
 * Who runs this process. PostgreSQL refuses to run as root; then the nodes run it as another user, who must be able to reach
 * the data.
 */
public interface Account {
    boolean isRoot();

    /** Whether a user without rights of its own can enter a directory through all directories above it. */
    boolean othersCanReach(Path directory);

    /** Makes the user that PostgreSQL runs as the owner of a directory; does nothing when that is this process's user. */
    void giveToPostgres(Path directory) throws IOException;

    /** The account of this process, as the kernel sees it. */
    static Account ofThisProcess() {
        return new Account() {
            @Override
            public boolean isRoot() {
                try {
                    return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self/"), "unix:uid"));
                } catch (IOException e) {
                    throw new UncheckedIOException("cannot tell which user this is", e);
                }
            }

            @Override
            public boolean othersCanReach(Path directory) {
                try {
                    Path real = directory.toRealPath();
                    for (Path step = real; step != null; step = step.getParent()) {
                        if (!Files.getPosixFilePermissions(step).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                            return false;
                        }
                    }
                    return true;
                } catch (IOException e) {
                    return false;
                }
            }

            @Override
            public void giveToPostgres(Path directory) throws IOException {
                UnprivilegedUser.detect().own(directory);
            }
        };
    }
}
