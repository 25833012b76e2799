package io.howdah.gateway.session;

import io.howdah.gateway.sql.SettingNames;
import io.howdah.gateway.sql.Statement;
import io.howdah.gateway.sql.StatementKind;
import io.howdah.postgres.wire.BackendType;
import io.howdah.postgres.wire.ErrorFields;
import io.howdah.postgres.wire.SqlState;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The books of one session: which request each reply belongs to, whether a transaction is open, and what the session has built up. Kept
 * by {@link Requests} for what is sent, and here for what is received. Reads messages, never writes any; no channels, so that it can be
 * tested with bytes alone.
 */
final class Conversation {
    /** What to do with a message of the server. */
    enum Verdict {
        FORWARD,
        /** It answers a request of the gateway's own. */
        SWALLOW,
        /** ReadyForQuery: forward it, then see what waits for this boundary. */
        READY,
        /** The server closes the connection after this; the session goes on without it. */
        ENDING,
        /** The commit in flight was not confirmed by a quorum. */
        UNCONFIRMED,
        /** A new value of a reported setting, to be compared with what the client knows. */
        PARAMETER,
        /** An error that the gateway provoked to refuse a statement in its turn: the client gets {@link #replacement}. */
        REPLACE,
        /** An error that names a prepared statement as the server knows it. */
        RENAME
    }

    private static final byte IDLE = 'I';

    final Expectations expected = new Expectations();
    final SessionState state = new SessionState();
    final NamedStatements named = new NamedStatements();
    final UnnamedStatement unnamed = new UnnamedStatement();
    private final Portals portals;
    private @Nullable ServerStatements onServer;
    private byte status = IDLE;
    private boolean segmentOpen;
    private boolean skippingToSync;
    private boolean copyIn;
    private boolean untidy;
    private boolean foreignSequences;
    private boolean materialized;
    private int completedInQuery;
    private int unsettled;
    private int unsettledBefore;
    private String failedName = "";
    private ErrorFields replacement = Errors.canceled();

    Conversation(Portals portals) {
        this.portals = portals;
    }

    /** The transaction status of the last ReadyForQuery: I, T or E. */
    byte status() {
        return status;
    }

    /** Requests were sent whose Sync has not been sent yet. */
    boolean segmentOpen() {
        return segmentOpen;
    }

    void segmentOpen(boolean open) {
        segmentOpen = open;
        if (!open) {
            unsettledBefore = unsettled;
        }
    }

    /** The server has failed a request and ignores everything up to the next Sync. */
    boolean skippingToSync() {
        return skippingToSync;
    }

    void synced() {
        skippingToSync = false;
    }

    boolean copyIn() {
        return copyIn;
    }

    void copyEnded() {
        copyIn = false;
    }

    /** Nothing in flight and no transaction: the session may be held or moved. */
    boolean atRest() {
        return status == IDLE && atBoundary();
    }

    /** All that was sent has been answered up to its ReadyForQuery, inside a transaction or not. */
    boolean atBoundary() {
        return !segmentOpen && !skippingToSync && expected.isEmpty();
    }

    /** The client ends a transaction whose answer must not be disturbed by a cancel. */
    boolean committing() {
        Object detail = expected.headDetail();
        if (detail instanceof List<?> statements) {
            detail = completedInQuery < statements.size() ? statements.get(completedInQuery) : Statement.PLAIN;
        }
        return detail instanceof Statement statement && statement.kind() == StatementKind.COMMIT;
    }

    /**
     * The session has got a server connection.
     *
     * @param statements what it has prepared
     * @param familiar nobody else has used it since this session did
     */
    void attached(ServerStatements statements, boolean familiar) {
        onServer = statements;
        foreignSequences = !familiar;
        untidy = false;
        unnamed.leftServer();
    }

    /** The session has no server connection any more. */
    void detached() {
        onServer = null;
        if (materialized) {
            materialized = false;
            named.forEach(statement -> statement.materialized = false);
        }
    }

    /** The server gets a statement under the name that the client uses. */
    void materialized(ClientStatement statement) {
        statement.materialized = true;
        materialized = true;
    }

    @Nullable
    ServerStatements onServer() {
        return onServer;
    }

    /** Says once whether currval() and lastval() would tell what another client did on the connection. */
    boolean takeForeignSequences() {
        boolean was = foreignSequences;
        foreignSequences = false;
        return was;
    }

    /** The connection has statements that nobody will find again. */
    boolean isUntidy() {
        return untidy;
    }

    // ---- names whose meaning depends on an answer

    /** A request was sent that changes what names of prepared statements mean. */
    void unsettled() {
        unsettled++;
    }

    /** What a name means depends on the answer to a request that was sent before the last Sync. */
    boolean isUnsettled() {
        return unsettledBefore > 0;
    }

    private void settle(byte kind, Object detail) {
        if (changesNames(kind, detail)) {
            unsettled = Math.max(0, unsettled - 1);
            unsettledBefore = Math.max(0, unsettledBefore - 1);
        }
    }

    static boolean changesNames(byte kind, Object detail) {
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

    private static boolean dropsStatements(Statement statement) {
        return statement.kind() == StatementKind.DEALLOCATE || statement.kind() == StatementKind.DISCARD;
    }

    // ---- the server's messages

    /** A message of the server arrived; {@code end} is where what is there of it ends. Rows and copy data need not be shown. */
    Verdict received(byte type, ByteBuf in, int start, int end) {
        Verdict usual = expected.headSwallowed() ? Verdict.SWALLOW : Verdict.FORWARD;
        switch (type) {
            case BackendType.PARSE_COMPLETE -> {
                parsed();
                answered(Expectations.PARSE);
            }
            case BackendType.BIND_COMPLETE -> answered(Expectations.BIND);
            case BackendType.CLOSE_COMPLETE -> {
                if (expected.headKind() == Expectations.CLOSE
                        && expected.headDetail() instanceof ClientStatement statement) {
                    closed(statement);
                } else if (expected.headDetail() == Mark.RESTORE_UNNAMED) {
                    unnamed.owned();
                }
                answered(Expectations.CLOSE);
            }
            case BackendType.ROW_DESCRIPTION, BackendType.NO_DATA -> {
                if (expected.headKind() == Expectations.DESCRIBE) {
                    remove();
                }
            }
            case BackendType.COMMAND_COMPLETE -> completed(in, start, end);
            case BackendType.EMPTY_QUERY_RESPONSE, BackendType.PORTAL_SUSPENDED -> {
                if (expected.headKind() == Expectations.EXECUTE) {
                    remove();
                }
            }
            case BackendType.COPY_IN_RESPONSE -> copyIn = !expected.dropSyncsBeforeCopyEnd();
            case BackendType.ERROR_RESPONSE -> {
                return error(ErrorGlance.of(in, start, end), usual);
            }
            case BackendType.NOTICE_RESPONSE -> {
                return ErrorGlance.of(in, start, end).isUnconfirmedCommit() ? Verdict.UNCONFIRMED : usual;
            }
            case BackendType.PARAMETER_STATUS -> {
                return Verdict.PARAMETER;
            }
            case BackendType.NOTIFICATION_RESPONSE -> {
                return Verdict.FORWARD;
            }
            case BackendType.READY_FOR_QUERY -> {
                return ready(in.getByte(start), usual);
            }
            default -> {}
        }
        return usual;
    }

    private void parsed() {
        if (expected.headKind() != Expectations.PARSE) {
            return;
        }
        Object detail = expected.headDetail();
        if (detail == Mark.RESTORE_UNNAMED) {
            unnamed.owned();
        } else if (detail == Mark.UNNAMED) {
            if (unnamed.confirmed()) {
                state.unpin(Pin.UNNAMED_STATEMENT);
            }
        } else if (detail instanceof PreparedRequest request && request.client() != null) {
            request.client().confirmed = true;
        }
    }

    private Verdict error(ErrorGlance error, Verdict usual) {
        if (error.endsConnection()) {
            return Verdict.ENDING;
        }
        byte kind = expected.headKind();
        Object detail = expected.headDetail();
        boolean own = expected.headSwallowed() && (kind >= Expectations.QUERY || detail == Mark.MATERIALIZE);
        failedName = detail instanceof TakenName taken ? taken.name() : "";
        failed(error);
        if (detail instanceof ErrorFields refusal) {
            replacement = refusal;
            return Verdict.REPLACE;
        }
        if (own) {
            return usual;
        }
        boolean names = error.sqlState().equals(SqlState.DUPLICATE_STATEMENT)
                || error.sqlState().equals(SqlState.INVALID_STATEMENT_NAME);
        return names ? Verdict.RENAME : Verdict.FORWARD;
    }

    /** What the client gets instead of the error that was received last. */
    ErrorFields replacement() {
        return replacement;
    }

    /** What the client calls the statement that the error received last is about; empty when that is not known. */
    String failedName() {
        return failedName;
    }

    private Verdict ready(byte newStatus, Verdict usual) {
        if (expected.headKind() < Expectations.QUERY) {
            state.pin(Pin.UNREADABLE);
            while (!expected.isEmpty() && expected.headKind() < Expectations.QUERY) {
                remove();
            }
        }
        if (expected.headKind() == Expectations.QUERY) {
            unnamed.owned();
            state.unpin(Pin.UNNAMED_STATEMENT);
        }
        if (!expected.isEmpty()) {
            remove();
        }
        status = newStatus;
        completedInQuery = 0;
        copyIn = false;
        if (status == IDLE) {
            state.idle();
            portals.clear();
        }
        return usual == Verdict.SWALLOW ? Verdict.SWALLOW : Verdict.READY;
    }

    private void answered(byte kind) {
        if (expected.headKind() == kind) {
            remove();
        } else {
            state.pin(Pin.UNREADABLE);
        }
    }

    private void remove() {
        settle(expected.headKind(), expected.headDetail());
        expected.remove();
        while (expected.headKind() == Expectations.COPY_END) {
            expected.remove();
        }
    }

    /** The oldest request is a Close whose answer the gateway gives now. */
    void closedLocally() {
        if (expected.headDetail() instanceof ClientStatement statement) {
            closed(statement);
        }
        remove();
    }

    private void closed(ClientStatement statement) {
        named.remove(statement);
        if (statement.entry == null) {
            state.unpin(Pin.LONG_STATEMENT);
        }
    }

    private void completed(ByteBuf in, int start, int end) {
        Object detail = expected.headDetail();
        if (detail instanceof List<?> statements) {
            detail = completedInQuery < statements.size() ? statements.get(completedInQuery) : Statement.PLAIN;
            completedInQuery++;
        }
        if (detail instanceof Statement statement && !statement.isPlain() && !expected.headSwallowed()) {
            boolean rolledBack = statement.kind() == StatementKind.COMMIT && end > start && in.getByte(start) == 'R';
            if (rolledBack) {
                state.rolledBack();
            } else {
                state.completed(statement);
            }
            if (dropsStatements(statement)) {
                deallocated(statement);
            }
        }
        if (expected.headKind() == Expectations.EXECUTE) {
            remove();
        }
    }

    private void deallocated(Statement statement) {
        String name = SettingNames.object(statement);
        if (name.equals(SettingNames.ALL)) {
            // Those not confirmed yet come after this statement in the pipeline.
            named.forEach(each -> {
                if (each.confirmed) {
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

    // ---- failures

    /** The server skips everything up to the next Sync, unless the failed request is one that is answered by ReadyForQuery. */
    private void failed(ErrorGlance error) {
        copyIn = false;
        if (status == IDLE) {
            state.rolledBack();
        }
        if (expected.headKind() >= Expectations.QUERY || expected.isEmpty()) {
            return;
        }
        Object detail = expected.headDetail();
        if (detail == Mark.UNNAMED && expected.headKind() == Expectations.PARSE) {
            unnamed.refused();
            settle(expected.headKind(), detail);
            expected.remove();
        } else if (detail instanceof ServerStatements.Held held && onServer != null) {
            outdated(held, error);
        }
        while (!expected.isEmpty() && expected.headKind() != Expectations.SYNC) {
            skipped(expected.headKind(), expected.headDetail());
            settle(expected.headKind(), expected.headDetail());
            expected.remove();
        }
        skippingToSync = expected.isEmpty();
    }

    private void outdated(ServerStatements.Held held, ErrorGlance error) {
        if (error.isOutdatedPlan()) {
            held.entry.edition++;
        } else if (error.sqlState().equals(SqlState.INVALID_STATEMENT_NAME) && onServer != null) {
            // Something on the server has dropped what was prepared there.
            onServer.clear();
        }
    }

    private void skipped(byte kind, Object detail) {
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
                untidy |= expected.headSwallowed() && detail != Mark.RESTORE_UNNAMED;
                if (detail == Mark.UNNAMED && unnamed.isOlderThere()) {
                    state.pin(Pin.UNNAMED_STATEMENT);
                }
            }
            default -> {}
        }
        if (detail instanceof ClientStatement statement) {
            statement.closing = false;
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

    /** The server is gone: nothing is owed any more. The session is as {@code newStatus} says. */
    void lost(byte newStatus) {
        while (!expected.isEmpty()) {
            Object detail = expected.headDetail();
            if (detail instanceof PreparedRequest request) {
                refused(request);
            } else if (detail instanceof ClientStatement statement) {
                statement.closing = false;
            } else if (detail == Mark.UNNAMED) {
                unnamed.dropped();
            }
            expected.remove();
        }
        named.forEach(statement -> {
            if (statement.entry == null) {
                named.remove(statement);
            }
        });
        unnamed.forgetRequests();
        state.rolledBack();
        status = newStatus;
        segmentOpen = false;
        skippingToSync = false;
        copyIn = false;
        completedInQuery = 0;
        unsettled = 0;
        unsettledBefore = 0;
        portals.clear();
    }

    /** A transaction that existed only in the gateway's answers has ended. */
    void endLocalTransaction() {
        status = IDLE;
    }
}
