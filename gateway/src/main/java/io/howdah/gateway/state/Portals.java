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

    /** A Bind makes a portal, whose name lies in {@code [from, end)}. */
    public void bound(ByteBuf in, int from, int end, Statement statement) {
        if (from == end) {
            unnamed = statement;
        } else if (!statement.isPlain()) {
            named.put(Names.read(in, from, end), statement);
        } else if (!named.isEmpty()) {
            named.remove(Names.read(in, from, end));
        }
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
