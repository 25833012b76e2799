package io.howdah.gateway.console;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The commands that a client of the console has prepared and bound, by name. */
final class PreparedCommands {
    /** Names beyond this many are a mistake of the client; the oldest are not worth keeping. */
    private static final int MOST = 1_000;

    private final Map<String, String> statements = new HashMap<>();
    private final Map<String, String> portals = new HashMap<>();

    void prepared(String name, String command) {
        if (statements.size() >= MOST) {
            statements.clear();
        }
        statements.put(name, command);
    }

    void bound(String portal, String statement) {
        if (portals.size() >= MOST) {
            portals.clear();
        }
        portals.put(portal, statements.getOrDefault(statement, ""));
    }

    /** @param kind S for a statement, P for a portal */
    void closed(byte kind, String name) {
        (kind == 'S' ? statements : portals).remove(name);
    }

    /** Empty when there is none of this name. */
    String command(byte kind, String name) {
        return (kind == 'S' ? statements : portals).getOrDefault(name, "");
    }

    static boolean returnsRows(String command) {
        String start = command.strip().toUpperCase(Locale.ROOT);
        return (start.startsWith("SHOW") && !start.startsWith("SHOW HELP")) || start.startsWith("SELECT");
    }
}
