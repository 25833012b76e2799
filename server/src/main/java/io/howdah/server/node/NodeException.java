package io.howdah.server.node;

import org.jspecify.annotations.Nullable;

/** A node cannot go on with something; its message says what failed and what a person can do. */
final class NodeException extends RuntimeException {
    NodeException(String what, String hint) {
        this(what, hint, null);
    }

    NodeException(String what, String hint, @Nullable Throwable cause) {
        super(what + "; " + hint, cause);
    }
}
