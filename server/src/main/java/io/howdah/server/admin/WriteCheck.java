package io.howdah.server.admin;

import java.time.Duration;

/** Proves that an endpoint takes writes, by writing. */
interface WriteCheck {
    /**
     * Returns once a write has committed under the cluster's rules.
     *
     * @throws WriteFailedException when it has not, or nobody can know
     */
    void commit(String host, int port, String password, Duration patience);

    /** A write did not commit; the message says why. */
    final class WriteFailedException extends RuntimeException {
        WriteFailedException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
