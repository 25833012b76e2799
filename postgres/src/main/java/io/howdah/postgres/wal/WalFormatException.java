package io.howdah.postgres.wal;

/** What was read is not a log of PostgreSQL 14 to 18, or begins in the wrong place. */
public final class WalFormatException extends RuntimeException {
    public WalFormatException(String message) {
        super(message);
    }
}
