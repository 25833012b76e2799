package io.howdah.gateway.login;

/** Rules of access that cannot be used; the message names each line and what stays in force. */
public final class AccessException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AccessException(String message) {
        super(message);
    }
}
