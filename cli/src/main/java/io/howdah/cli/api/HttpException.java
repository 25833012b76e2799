package io.howdah.cli.api;

/** There was no answer, or not one that is HTTP; the message says what happened to which address. */
public final class HttpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean timeout;

    HttpException(String message, boolean timeout, Throwable cause) {
        super(message, cause);
        this.timeout = timeout;
    }

    HttpException(String message) {
        super(message);
        this.timeout = false;
    }

    /** Whether the other side was silent rather than absent. */
    public boolean isTimeout() {
        return timeout;
    }
}
