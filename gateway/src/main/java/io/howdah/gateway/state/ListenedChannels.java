package io.howdah.gateway.state;

import io.howdah.gateway.sql.ListenText;
import io.howdah.gateway.sql.SettingNames;
import io.howdah.gateway.sql.Statement;
import io.howdah.gateway.sql.StatementKind;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;

/** What a session listens to by way of the gateway: committed LISTENs less committed UNLISTENs. */
public final class ListenedChannels {
    private static final String EVERY = "*";

    /** Replaced as a whole, because few sessions ever listen. */
    private Set<String> names = Set.of();

    public boolean isEmpty() {
        return names.isEmpty();
    }

    public boolean contains(String name) {
        return names.contains(name);
    }

    /** A statement that is committed. */
    void apply(Statement statement) {
        if (statement.kind() == StatementKind.SHARED_LISTEN) {
            ListenText.channel(statement).ifPresent(this::add);
        } else if (statement.kind() == StatementKind.UNLISTEN) {
            // Statements are read with one character per byte.
            byte[] name = SettingNames.object(statement).getBytes(StandardCharsets.ISO_8859_1);
            remove(new String(name, StandardCharsets.UTF_8));
        }
    }

    private void add(String name) {
        Set<String> more = new LinkedHashSet<>(names);
        more.add(name);
        names = more;
    }

    private void remove(String name) {
        if (name.equals(EVERY)) {
            clear();
        } else if (names.contains(name)) {
            Set<String> fewer = new LinkedHashSet<>(names);
            fewer.remove(name);
            names = fewer;
        }
    }

    void clear() {
        names = Set.of();
    }
}
