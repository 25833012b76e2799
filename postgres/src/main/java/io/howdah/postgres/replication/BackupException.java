package io.howdah.postgres.replication;

/** A clone could not be made, or what arrived is not what the source sent. */
public final class BackupException extends RuntimeException {
    public BackupException(String message) {
        super(message);
    }

    public BackupException(String message, Throwable cause) {
        super(message, cause);
    }
}
