package io.howdah.server.node;

import org.jspecify.annotations.Nullable;

/** A node cannot go on with something; says what failed and what a person can do. */
final class NodeException extends RuntimeException {
    private final String hint;

    NodeException(String what, String hint) {
        this(what, hint, null);
    }

    NodeException(String what, String hint, @Nullable Throwable cause) {
        super(what + "; " + hint, cause);
        this.hint = hint;
    }

    /** The next step, in words. */
    String hint() {
        return hint;
    }
}
