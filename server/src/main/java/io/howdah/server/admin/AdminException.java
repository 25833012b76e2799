package io.howdah.server.admin;

import org.jspecify.annotations.Nullable;

/** Admin cannot start; the message says why and what to do. */
public final class AdminException extends RuntimeException {
    AdminException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
