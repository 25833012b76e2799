package io.howdah.gateway.dialogue;

import io.howdah.gateway.sql.Statement;
import io.howdah.gateway.sql.StatementKind;
import io.howdah.gateway.state.ServerStatements;
import io.howdah.postgres.wire.FrontendMessages;
import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * Raises {@code synchronous_commit} again after statements that may have lowered it without saying so: DO, CALL, and set_config with a
 * name that is computed. What the client sends next waits until the server has answered them, so that nothing is committed at a level
 * at which a failover could undo it. What such a statement itself commits is out of reach: no message tells the level of a commit.
 */
public final class CommitLevel {
    private static final String RAISE = "SELECT pg_catalog.set_config('synchronous_commit', 'on', false)"
            + " WHERE pg_catalog.current_setting('synchronous_commit')"
            + " OPERATOR(pg_catalog.<>) ALL (ARRAY['on', 'remote_apply'])";
    /** A name of its own, so that the client's unnamed statement and portal stay as they are. */
    private static final String NAME = ServerStatements.PREFIX + "commit_level";

    private enum Doubt {
        NONE,
        NOW,
        /** SET LOCAL may cover a level that comes to light when the transaction ends. */
        WHEN_IDLE
    }

    private Doubt doubt = Doubt.NONE;
    private boolean unanswered;

    static boolean mayLower(Statement statement) {
        return statement.kind() == StatementKind.OPAQUE || statement.kind() == StatementKind.UNREADABLE_SETTING;
    }

    /** A statement that may lower it is on its way to the server. */
    void doubted() {
        unanswered = true;
        doubt = Doubt.NOW;
    }

    /** The server has yet to answer a statement that may lower it: no other request may follow. */
    boolean isUnanswered() {
        return unanswered;
    }

    /** Everything that was sent has been answered, or was lost with the server. */
    void answered() {
        unanswered = false;
    }

    /** Another server, which knows nothing of what was doubted. */
    void detached() {
        unanswered = false;
        doubt = Doubt.NONE;
    }

    /**
     * Everything has been answered, and the level is in doubt. A transaction that has failed takes no statement: due again when it has
     * ended.
     */
    public boolean isDue(Conversation conversation) {
        return switch (doubt) {
            case NONE -> false;
            case NOW -> conversation.atBoundary() && conversation.status() != 'E';
            case WHEN_IDLE -> conversation.atRest();
        };
    }

    /** Makes sure of the level. */
    public void raise(Conversation conversation, ByteBuf out) {
        doubt = conversation.status() == 'I' ? Doubt.NONE : Doubt.WHEN_IDLE;
        FrontendMessages.parse(out, NAME, RAISE);
        FrontendMessages.bind(out, NAME, NAME, List.of());
        FrontendMessages.execute(out, NAME);
        FrontendMessages.close(out, FrontendMessages.PORTAL, NAME);
        FrontendMessages.close(out, FrontendMessages.STATEMENT, NAME);
        FrontendMessages.sync(out);
        for (byte kind : new byte[] {
            Expectations.PARSE,
            Expectations.BIND,
            Expectations.EXECUTE,
            Expectations.CLOSE,
            Expectations.CLOSE,
            Expectations.SYNC
        }) {
            conversation.expected().addSwallowed(kind, Expectations.PLAIN);
        }
    }
}
