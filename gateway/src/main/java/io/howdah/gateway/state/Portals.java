package io.howdah.gateway.state;

import io.howdah.gateway.protocol.Names;
import io.howdah.gateway.sql.Statement;
import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.Map;

/** Which statements the portals of a session execute, as far as that matters. */
public final class Portals {
    private final Map<String, Statement> named = new HashMap<>(2);
    private Statement unnamed = Statement.PLAIN;
    private boolean unnamedIsNew;
    private boolean queried;

    /** A Bind makes a portal, whose name lies in {@code [from, end)}. */
    public void bound(ByteBuf in, int from, int end, Statement statement) {
        if (from == end) {
            unnamed = statement;
            unnamedIsNew = true;
        } else if (!statement.isPlain()) {
            named.put(Names.read(in, from, end), statement);
        } else if (!named.isEmpty()) {
            named.remove(Names.read(in, from, end));
        }
    }

    /** A Sync is sent: whether the Bind before it succeeded is not known here. */
    public void segmentEnded() {
        unnamedIsNew = false;
    }

    /** A simple query is sent, which makes a portal without a name. */
    public void queried() {
        unnamedIsNew = false;
        queried = true;
    }

    /** Whether the unnamed portal may be that of a simple query: no Bind in front of the Execute sees to it that there is another. */
    public boolean isUnnamedFromQuery() {
        return queried && !unnamedIsNew;
    }

    /** What an Execute executes. */
    public Statement find(ByteBuf in, int from, int end) {
        if (end <= from) {
            return unnamed;
        }
        return named.isEmpty() ? Statement.PLAIN : named.getOrDefault(Names.read(in, from, end), Statement.PLAIN);
    }

    public void clear() {
        unnamed = Statement.PLAIN;
        if (!named.isEmpty()) {
            named.clear();
        }
    }
}
