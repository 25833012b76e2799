package io.howdah.dist;

import java.io.IOException;

/** The program could not be put together; the message says which part and why. */
final class AssemblyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AssemblyException(String message) {
        super(message);
    }

    AssemblyException(String message, IOException cause) {
        super(message + ": " + cause, cause);
    }
}
