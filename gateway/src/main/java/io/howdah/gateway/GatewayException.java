package io.howdah.gateway;

/** The gateway cannot start: what, why, and the next step. */
public final class GatewayException extends RuntimeException {
    public GatewayException(String message, Throwable cause) {
        super(message, cause);
    }
}
