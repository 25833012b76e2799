package io.howdah.gateway.session;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The statements that one server connection has prepared for the gateway, the ones used last kept longest. Names are never used twice,
 * so that a name whose fate is uncertain cannot be mistaken for another.
 */
final class ServerStatements {
    /** No client should use it; those who do are given a name that does not exist. */
    static final String PREFIX = "howdah_";

    private final Map<StatementEntry, Held> held = new LinkedHashMap<>(16, 0.75f, true);
    private final int capacity;
    private int number;

    ServerStatements(int capacity) {
        this.capacity = capacity;
    }

    /** A statement under the name that the server knows it by. */
    static final class Held {
        final StatementEntry entry;
        final byte[] name;
        final int edition;

        private Held(StatementEntry entry, byte[] name) {
            this.entry = entry;
            this.name = name;
            this.edition = entry.edition;
        }
    }

    @Nullable
    Held find(StatementEntry entry) {
        return held.get(entry);
    }

    /** The server is about to be asked to prepare this. */
    Held add(StatementEntry entry) {
        Held added = new Held(entry, (PREFIX + ++number).getBytes(StandardCharsets.US_ASCII));
        held.put(entry, added);
        return added;
    }

    /** The server does not have it after all. */
    void remove(Held statement) {
        held.remove(statement.entry, statement);
    }

    /** The statement that must make room, if there are too many. */
    @Nullable
    Held overflow() {
        if (held.size() <= capacity) {
            return null;
        }
        Held eldest = held.values().iterator().next();
        held.remove(eldest.entry);
        return eldest;
    }

    void clear() {
        held.clear();
    }

    int size() {
        return held.size();
    }
}
