package io.howdah.gateway.dialogue;

import io.howdah.gateway.protocol.ErrorGlance;
import io.howdah.gateway.sql.SettingNames;
import io.howdah.gateway.sql.Statement;
import io.howdah.gateway.sql.StatementKind;
import io.howdah.gateway.state.ClientStatement;
import io.howdah.gateway.state.NamedStatements;
import io.howdah.gateway.state.Pin;
import io.howdah.gateway.state.ServerStatements;
import io.howdah.gateway.state.SessionState;
import io.howdah.gateway.state.UnnamedStatement;
import io.howdah.postgres.wire.SqlState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the names of a client's prepared statements mean while servers come and go and requests that change the meaning are in flight.
 * A change counts once the server has confirmed it; until then a later request that depends on it must wait ({@link #isUnsettled}).
 */
public final class PreparedNames {
    private final SessionState state;
    private final NamedStatements named = new NamedStatements();
    private final UnnamedStatement unnamed = new UnnamedStatement();
    private @Nullable ServerStatements onServer;
    private boolean untidy;
    private boolean materialized;
    private int unsettled;
    private int unsettledBefore;

    PreparedNames(SessionState state) {
        this.state = state;
    }

    public NamedStatements named() {
        return named;
    }

    public UnnamedStatement unnamed() {
        return unnamed;
    }

    /** What the server at hand has prepared; null without a server. */
    public @Nullable ServerStatements onServer() {
        return onServer;
    }

    /** The connection has statements that nobody will find again. */
    public boolean isUntidy() {
        return untidy;
    }

    void attached(ServerStatements statements) {
        onServer = statements;
        untidy = false;
        unnamed.leftServer();
    }

    void detached() {
        onServer = null;
        if (materialized) {
            materialized = false;
            named.forEach(statement -> statement.materialized(false));
        }
    }

    /** The server gets a statement under the name that the client uses. */
    void materialized(ClientStatement statement) {
        statement.materialized(true);
        materialized = true;
    }

    // ---- requests in flight

    /** A request was sent. */
    void requested(byte kind, Object detail) {
        if (changesNames(kind, detail)) {
            unsettled++;
        }
    }

    /** The Sync of the requests so far was sent: what comes next is another pipeline. */
    void segmentEnded() {
        unsettledBefore = unsettled;
    }

    /** What a name means depends on the answer to a request that was sent before the last Sync. */
    boolean isUnsettled() {
        return unsettledBefore > 0;
    }

    /** A request was answered, or never will be. */
    void settled(byte kind, Object detail) {
        if (changesNames(kind, detail)) {
            unsettled = Math.max(0, unsettled - 1);
            unsettledBefore = Math.max(0, unsettledBefore - 1);
        }
    }

    private static boolean changesNames(byte kind, Object detail) {
        return switch (kind) {
            case Expectations.PARSE -> detail instanceof PreparedRequest request && request.client() != null;
            case Expectations.LOCAL_CLOSE, Expectations.CLOSE -> detail instanceof ClientStatement;
            case Expectations.EXECUTE -> detail instanceof Statement statement && dropsStatements(statement);
            case Expectations.QUERY -> detail instanceof List<?> statements && anyDropsStatements(statements);
            default -> false;
        };
    }

    private static boolean anyDropsStatements(List<?> statements) {
        for (int index = 0; index < statements.size(); index++) {
            if (statements.get(index) instanceof Statement statement && dropsStatements(statement)) {
                return true;
            }
        }
        return false;
    }

    static boolean dropsStatements(Statement statement) {
        return statement.kind() == StatementKind.DEALLOCATE || statement.kind() == StatementKind.DISCARD;
    }

    // ---- answers

    /** The server has prepared something. */
    void parsed(Object detail) {
        if (detail == Mark.RESTORE_UNNAMED) {
            unnamed.owned();
        } else if (detail == Mark.UNNAMED) {
            if (unnamed.confirmed()) {
                state.unpin(Pin.UNNAMED_STATEMENT);
            }
        } else if (detail instanceof PreparedRequest request && request.client() != null) {
            request.client().confirm();
        }
    }

    /** The client has closed a statement, and has heard or will hear so. */
    void closed(ClientStatement statement) {
        named.remove(statement);
        if (statement.entry() == null) {
            state.unpin(Pin.LONG_STATEMENT);
        }
    }

    /** What the client prepared is prepared again, under the same name. */
    public void undo(String name) {
        ClientStatement known = named.find(name);
        if (known != null) {
            closed(known);
        }
    }

    /** The server has executed DEALLOCATE or DISCARD. */
    void deallocated(Statement statement) {
        String name = SettingNames.object(statement);
        if (name.equals(SettingNames.ALL)) {
            // Those not confirmed yet come after this statement in the pipeline.
            named.forEach(each -> {
                if (each.isConfirmed()) {
                    closed(each);
                }
            });
        } else if (statement.kind() == StatementKind.DEALLOCATE) {
            ClientStatement known = named.find(name);
            if (known != null) {
                closed(known);
            }
        }
    }

    /** A simple query was answered: it has removed the server's unnamed statement. */
    void queried() {
        unnamed.owned();
        state.unpin(Pin.UNNAMED_STATEMENT);
    }

    // ---- failures

    /** The server refused to do something with a statement that it had been asked to prepare. */
    void failed(ServerStatements.Held held, ErrorGlance error) {
        if (onServer == null) {
            return;
        }
        if (error.isOutdatedPlan()) {
            held.entry().outdated();
        } else if (error.sqlState().equals(SqlState.INVALID_STATEMENT_NAME)) {
            // Something on the server has dropped what was prepared there.
            onServer.clear();
        }
    }

    /**
     * The server has skipped a request, because one before it failed.
     *
     * @param own whether it was the gateway's
     */
    void skipped(byte kind, Object detail, boolean own) {
        switch (kind) {
            case Expectations.PARSE -> {
                if (detail instanceof PreparedRequest request) {
                    refused(request);
                } else if (detail == Mark.UNNAMED && unnamed.skipped()) {
                    state.pin(Pin.UNNAMED_STATEMENT);
                }
            }
            case Expectations.QUERY -> {
                if (unnamed.isOlderThere()) {
                    state.pin(Pin.UNNAMED_STATEMENT);
                }
            }
            case Expectations.CLOSE -> {
                untidy |= own && detail != Mark.RESTORE_UNNAMED;
                if (detail == Mark.UNNAMED && unnamed.isOlderThere()) {
                    state.pin(Pin.UNNAMED_STATEMENT);
                }
            }
            default -> {}
        }
        if (detail instanceof ClientStatement statement) {
            statement.closing(false);
        } else if (detail == Mark.RESTORE_UNNAMED) {
            unnamed.leftServer();
        }
    }

    private void refused(PreparedRequest request) {
        if (request.held() != null && onServer != null) {
            onServer.remove(request.held());
        }
        if (request.client() != null) {
            closed(request.client());
        }
    }

    /** A request was lost with its server. */
    void lost(Object detail) {
        if (detail instanceof PreparedRequest request) {
            refused(request);
        } else if (detail instanceof ClientStatement statement) {
            statement.closing(false);
        } else if (detail == Mark.UNNAMED) {
            unnamed.dropped();
        }
    }

    /** The server is gone, and with it what only it had. */
    void serverLost() {
        named.forEach(statement -> {
            if (statement.entry() == null) {
                named.remove(statement);
            }
        });
        unnamed.forgetRequests();
        unsettled = 0;
        unsettledBefore = 0;
    }
}
