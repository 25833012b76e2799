package io.howdah.gateway.tls;

/** Certificates that cannot be used; the message says which and why. */
public final class TlsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TlsException(String message, Throwable cause) {
        super(message, cause);
    }
}
