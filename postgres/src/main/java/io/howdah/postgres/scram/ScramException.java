package io.howdah.postgres.scram;

/** A message or verifier that is not SCRAM-SHA-256, or a server that could not prove that it knows the password. */
public final class ScramException extends RuntimeException {
    public ScramException(String message) {
        super(message);
    }

    public ScramException(String message, Throwable cause) {
        super(message, cause);
    }
}
