package io.howdah.server.http;

/** A JSON document that is not what its sender and we agreed on; the message says what is wrong with it. */
public final class MalformedDocumentException extends RuntimeException {
    public MalformedDocumentException(String message) {
        super(message);
    }

    public MalformedDocumentException(String message, Throwable cause) {
        super(message, cause);
    }
}
