package io.howdah.gateway.state;

import io.howdah.gateway.sql.Statement;
import io.howdah.postgres.wire.FrontendType;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The unnamed prepared statement of a client. It goes to the server as the client sends it; its text is kept because the Bind may come
 * when the client has another server.
 */
public final class UnnamedStatement {
    private static final int KEPT_BYTES = 4 << 10;

    /** What the client had before a Parse that no server has looked at yet, while it is on no server. */
    private static final class Older {
        private final byte[] body;
        private final int length;
        private final Statement statement;

        Older(byte[] body, int length, Statement statement) {
            this.body = body;
            this.length = length;
            this.statement = statement;
        }
    }

    private byte[] body = new byte[0];
    private int length;
    private boolean exists;
    private boolean onServer;
    /** What the server has under no name is not another client's. */
    private boolean own;

    private boolean longText;
    private @Nullable Older older;
    private Statement statement = Statement.PLAIN;
    private int unanswered;

    /** The client's Parse goes to the server. */
    public void sent(ByteBuf in, int start, int end, boolean complete, Statement parsed) {
        longText = !complete;
        int size = end - start;
        if (exists && !own && unanswered == 0) {
            older = new Older(body, length, statement);
            body = new byte[0];
        }
        if (size > body.length || (body.length > KEPT_BYTES && size <= KEPT_BYTES)) {
            body = new byte[Math.max(64, size)];
        }
        in.getBytes(start, body, 0, size);
        length = size;
        exists = true;
        onServer = true;
        statement = parsed;
        unanswered++;
    }

    /** The server has it. Says whether the session may leave the server as far as this is concerned. */
    public boolean confirmed() {
        owned();
        return answered() && !longText;
    }

    private boolean answered() {
        unanswered = Math.max(0, unanswered - 1);
        return unanswered == 0;
    }

    /** The server never looked at the newest Parse. Says whether it still has an older one of this client. */
    public boolean skipped() {
        answered();
        if (older == null) {
            return isOlderThere();
        }
        body = older.body;
        length = older.length;
        statement = older.statement;
        exists = true;
        onServer = false;
        older = null;
        return false;
    }

    /**
     * The server never looked at what would have replaced the statement. Says whether it still has an older one of this client; what the
     * books say belongs to a newer Parse while one is under way.
     */
    public boolean isOlderThere() {
        if (!own && unanswered == 0) {
            exists = false;
            statement = Statement.PLAIN;
            onServer = false;
        }
        return own;
    }

    /** What the server has now is this client's, or nothing. */
    public void owned() {
        own = true;
        older = null;
    }

    /** The server refused the newest Parse, and with that has none. */
    public void refused() {
        owned();
        if (answered()) {
            exists = false;
            statement = Statement.PLAIN;
        }
    }

    /** A simple query, or Close, removes it. */
    public void dropped() {
        exists = false;
        statement = Statement.PLAIN;
    }

    /** Another server, or the gateway used the unnamed statement of this one for itself. */
    public void leftServer() {
        onServer = false;
        own = false;
    }

    public void forgetRequests() {
        unanswered = 0;
    }

    public boolean isOnServer() {
        return onServer;
    }

    public Statement statement() {
        return statement;
    }

    /** Makes the server's unnamed statement the client's: by a Parse, or by a Close when the client has none. */
    public void restore(ByteBuf out) {
        if (exists) {
            out.writeByte(FrontendType.PARSE).writeInt(4 + length).writeBytes(body, 0, length);
        } else {
            out.writeByte(FrontendType.CLOSE).writeInt(6).writeByte('S').writeByte(0);
        }
        onServer = true;
    }

    /** Whether {@link #restore} writes a Parse. */
    public boolean exists() {
        return exists;
    }
}
