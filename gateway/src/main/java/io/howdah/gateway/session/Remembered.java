package io.howdah.gateway.session;

import io.howdah.gateway.sql.Statement;
import org.jspecify.annotations.Nullable;

/** A named prepared statement of a session. Confirmed once the server answered ParseComplete. */
final class Remembered {
    final String name;
    /** The whole Parse message; empty when it is too long to keep. */
    final byte[] message;

    final Statement statement;
    /** What the name meant before, in case the server refuses this one. */
    @Nullable
    Remembered previous;

    boolean confirmed;

    Remembered(String name, byte[] message, Statement statement) {
        this.name = name;
        this.message = message;
        this.statement = statement;
    }
}
