package io.howdah.postgres.client;

/** There is no connection (any more): refused, timed out, ended, or an answer that is not PostgreSQL's protocol. */
public final class PostgresConnectionException extends RuntimeException {
    /** What happened, as far as a caller may act upon it. */
    public enum Kind {
        /** Nothing listens there: a proof, at this moment, that no PostgreSQL accepts connections. */
        REFUSED,
        /** No answer in time; says nothing about the other side. */
        TIMEOUT,
        /** The other side closed the connection or it broke. */
        CLOSED,
        /** The login cannot be done, for example because the server asks for a password method that is not permitted. */
        LOGIN,
        /** The other side does not speak the protocol. */
        PROTOCOL
    }

    private final Kind kind;

    public PostgresConnectionException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public PostgresConnectionException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
