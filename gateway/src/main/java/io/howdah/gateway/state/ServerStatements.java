package io.howdah.gateway.state;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The statements that one server connection has prepared for the gateway, the ones used last kept longest. Names are never used twice,
 * so that a name whose fate is uncertain cannot be mistaken for another.
 */
public final class ServerStatements {
    /** No client should use it; those who do are given a name that does not exist. */
    public static final String PREFIX = "howdah_";

    private final Map<StatementEntry, Held> held = new LinkedHashMap<>(16, 0.75f, true);
    private final int capacity;
    private int number;

    public ServerStatements(int capacity) {
        this.capacity = capacity;
    }

    /** A statement under the name that the server knows it by. */
    public static final class Held {
        private final StatementEntry entry;
        private final byte[] name;
        private final int edition;

        private Held(StatementEntry entry, byte[] name) {
            this.entry = entry;
            this.name = name;
            this.edition = entry.edition();
        }

        /** What the server calls it. */
        public byte[] name() {
            return name;
        }

        public StatementEntry entry() {
            return entry;
        }

        /** No server has said since then that it is out of date. */
        public boolean isCurrent() {
            return edition == entry.edition();
        }
    }

    public @Nullable Held find(StatementEntry entry) {
        return held.get(entry);
    }

    /** The server is about to be asked to prepare this. */
    public Held add(StatementEntry entry) {
        Held added = new Held(entry, (PREFIX + ++number).getBytes(StandardCharsets.US_ASCII));
        held.put(entry, added);
        return added;
    }

    /** The server does not have it after all. */
    public void remove(Held statement) {
        held.remove(statement.entry, statement);
    }

    /** The statement that must make room, if there are too many. */
    public @Nullable Held overflow() {
        if (held.size() <= capacity) {
            return null;
        }
        Held eldest = held.values().iterator().next();
        held.remove(eldest.entry);
        return eldest;
    }

    public void clear() {
        held.clear();
    }

    int size() {
        return held.size();
    }
}
