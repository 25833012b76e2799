package io.howdah.server.provision;

import io.howdah.postgres.process.UnprivilegedUser;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The user that PostgreSQL runs as. PostgreSQL refuses root; when root starts a cluster, that is another user, who must be
 * able to reach the data.
 */
public interface Account {
    /** Whether PostgreSQL's user can enter a directory through all directories above it. */
    boolean canReach(Path directory);

    /** Makes PostgreSQL's user the owner of a directory; does nothing when that is this process's user. */
    void giveToPostgres(Path directory) throws IOException;

    /** As the system says. */
    static Account ofThisMachine() {
        return new Account() {
            @Override
            public boolean canReach(Path directory) {
                return UnprivilegedUser.detect().firstUntraversable(directory).isEmpty();
            }

            @Override
            public void giveToPostgres(Path directory) throws IOException {
                UnprivilegedUser.detect().own(directory);
            }
        };
    }
}
