package io.howdah.testkit.fault;

/** A fault could not be brought about; the test proves nothing then. */
public final class FaultException extends RuntimeException {
    public FaultException(String message) {
        super(message);
    }

    public FaultException(String message, Throwable cause) {
        super(message, cause);
    }
}
