package io.howdah.postgres.process;

/** PostgreSQL, or a program beside it, could not be found, run, started or stopped; the message says the next step. */
public final class PostgresProcessException extends RuntimeException {
    public PostgresProcessException(String message) {
        super(message);
    }

    public PostgresProcessException(String message, Throwable cause) {
        super(message, cause);
    }
}
