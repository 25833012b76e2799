package io.howdah.gateway.session;

import io.howdah.gateway.sql.Statement;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** A named prepared statement of a client. */
final class ClientStatement {
    final String name;
    final Statement statement;

    /** What servers are asked to prepare; null when the text is too long to keep and lives on one server under the client's own name. */
    final @Nullable StatementEntry entry;

    /** The server has answered the Parse. */
    boolean confirmed;

    /** The client has sent Close, which is not answered yet. */
    boolean closing;

    /** The server has it under the client's own name too, because SQL refers to it. */
    boolean materialized;

    /** The next one of the same bucket in {@link NamedStatements}. */
    @Nullable
    ClientStatement next;

    ClientStatement(String name, @Nullable StatementEntry entry, Statement statement) {
        this.name = name;
        this.entry = entry;
        this.statement = statement;
    }

    int bytes() {
        return entry == null ? 0 : entry.body.length;
    }

    boolean isNamed(ByteBuf in, int from, int to) {
        if (name.length() != to - from) {
            return false;
        }
        for (int index = 0; index < name.length(); index++) {
            if (name.charAt(index) != (in.getByte(from + index) & 0xff)) {
                return false;
            }
        }
        return true;
    }
}
