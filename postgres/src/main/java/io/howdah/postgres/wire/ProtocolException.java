package io.howdah.postgres.wire;

/** The peer sent bytes that are not PostgreSQL's protocol. The connection cannot be used any further. */
public final class ProtocolException extends RuntimeException {
    public ProtocolException(String message) {
        super(message);
    }

    public ProtocolException(String message, Throwable cause) {
        super(message, cause);
    }
}
