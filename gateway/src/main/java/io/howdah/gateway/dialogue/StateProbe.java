package io.howdah.gateway.dialogue;

import io.howdah.gateway.state.Pin;
import io.howdah.postgres.wire.FrontendMessages;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;

/** Asks a server what of a session is left on it that cannot be carried elsewhere. */
public final class StateProbe {
    private static final Pin[] COLUMNS = {
        Pin.TEMPORARY_OBJECT, Pin.ADVISORY_LOCK, Pin.HOLDABLE_CURSOR, Pin.LISTEN, Pin.SQL_STATEMENT
    };
    private static final byte[] QUESTION = ("SELECT EXISTS (SELECT FROM pg_catalog.pg_class"
                    + " WHERE relnamespace OPERATOR(pg_catalog.=) pg_catalog.pg_my_temp_schema()),"
                    + " EXISTS (SELECT FROM pg_catalog.pg_locks WHERE locktype OPERATOR(pg_catalog.=) 'advisory'"
                    + " AND pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid()),"
                    + " EXISTS (SELECT FROM pg_catalog.pg_cursors WHERE is_holdable),"
                    + " EXISTS (SELECT FROM pg_catalog.pg_listening_channels()),"
                    + " EXISTS (SELECT FROM pg_catalog.pg_prepared_statements"
                    + " WHERE name OPERATOR(pg_catalog.!~~) 'howdah\\_%')")
            .getBytes(StandardCharsets.US_ASCII);

    private StateProbe() {}

    public static void ask(Conversation conversation, ByteBuf out) {
        FrontendMessages.query(out, QUESTION);
        conversation.expected().addSwallowed(Expectations.QUERY, Settling.PROBE);
        conversation.names().unnamed().leftServer();
    }

    /** Reads the one row of the answer. */
    public static Set<Pin> answer(ByteBuf in, int start, int end) {
        Set<Pin> there = EnumSet.noneOf(Pin.class);
        int position = start + Short.BYTES;
        for (Pin pin : COLUMNS) {
            if (position + Integer.BYTES < end && in.getByte(position + Integer.BYTES) == 't') {
                there.add(pin);
            }
            position += Integer.BYTES + 1;
        }
        return there;
    }
}
