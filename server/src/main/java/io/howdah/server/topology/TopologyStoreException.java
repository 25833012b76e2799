package io.howdah.server.topology;

import org.jspecify.annotations.Nullable;

/** The store cannot be read or written; the message says why, the hint what to do. */
public final class TopologyStoreException extends RuntimeException {
    private final String hint;

    public TopologyStoreException(String message, String hint, @Nullable Throwable cause) {
        super(message, cause);
        this.hint = hint;
    }

    public String hint() {
        return hint;
    }
}
