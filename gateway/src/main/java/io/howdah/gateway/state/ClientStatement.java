package io.howdah.gateway.state;

import io.howdah.gateway.sql.Statement;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** A named prepared statement of a client. */
public final class ClientStatement {
    private final String name;
    private final Statement statement;
    private final @Nullable StatementEntry entry;
    private boolean confirmed;
    private boolean closing;
    private boolean materialized;

    /** The next one of the same bucket in {@link NamedStatements}. */
    @Nullable
    ClientStatement next;

    public ClientStatement(String name, @Nullable StatementEntry entry, Statement statement) {
        this.name = name;
        this.entry = entry;
        this.statement = statement;
    }

    public String name() {
        return name;
    }

    /** What executing it does to the session. */
    public Statement statement() {
        return statement;
    }

    /** What servers are asked to prepare; null when the text is too long to keep and lives on one server under the client's own name. */
    public @Nullable StatementEntry entry() {
        return entry;
    }

    /** The server has answered the Parse. */
    public boolean isConfirmed() {
        return confirmed;
    }

    public void confirm() {
        confirmed = true;
    }

    /** The client has sent Close, which is not answered yet. */
    public boolean isClosing() {
        return closing;
    }

    public void closing(boolean now) {
        closing = now;
    }

    /** The server has it under the client's own name too, because SQL refers to it. */
    public boolean isMaterialized() {
        return materialized;
    }

    public void materialized(boolean now) {
        materialized = now;
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
