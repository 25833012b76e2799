package io.howdah.server.http;

/**
 * Nobody answered a request. Refused means that the host said at once that nobody listens, which on a host that is up proves
 * that the process is gone; otherwise there was silence, or the connection broke, which proves nothing.
 */
public final class UnreachableException extends RuntimeException {
    private final boolean refused;

    UnreachableException(String message, boolean refused, Throwable cause) {
        super(message, cause);
        this.refused = refused;
    }

    public boolean refused() {
        return refused;
    }
}
