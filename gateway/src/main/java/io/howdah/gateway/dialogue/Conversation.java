package io.howdah.gateway.dialogue;

import io.howdah.gateway.protocol.ErrorGlance;
import io.howdah.gateway.protocol.Errors;
import io.howdah.gateway.protocol.Verdict;
import io.howdah.gateway.sql.Statement;
import io.howdah.gateway.sql.StatementKind;
import io.howdah.gateway.state.ClientStatement;
import io.howdah.gateway.state.Pin;
import io.howdah.gateway.state.Portals;
import io.howdah.gateway.state.ServerStatements;
import io.howdah.gateway.state.SessionState;
import io.howdah.postgres.wire.BackendType;
import io.howdah.postgres.wire.ErrorFields;
import io.howdah.postgres.wire.SqlState;
import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * The books of one session: which request each reply belongs to, whether a transaction is open, and what the session has built up. Kept
 * by {@link Requests} for what is sent, and here for what is received. Reads messages, never writes any; no channels, so that it can be
 * tested with bytes alone.
 */
public final class Conversation {
    private static final byte IDLE = 'I';

    private final Expectations expected = new Expectations();
    private final SessionState state = new SessionState();
    private final PreparedNames names = new PreparedNames(state);
    private final Portals portals = new Portals();
    private final CommitLevel commitLevel = new CommitLevel();
    private byte status = IDLE;
    private boolean segmentOpen;
    private boolean skippingToSync;
    private boolean copyIn;
    private boolean foreignSequences;
    private int completedInQuery;
    private String failedName = "";
    private ErrorFields replacement = Errors.canceled();

    /** What the server still owes. */
    public Expectations expected() {
        return expected;
    }

    /** What the session has built up. */
    public SessionState state() {
        return state;
    }

    /** What the names of its prepared statements mean. */
    public PreparedNames names() {
        return names;
    }

    /** Whether it is certain that commits wait for their quorum. */
    public CommitLevel commitLevel() {
        return commitLevel;
    }

    Portals portals() {
        return portals;
    }

    /** The transaction status of the last ReadyForQuery: I, T or E. */
    public byte status() {
        return status;
    }

    /** Requests were sent whose Sync has not been sent yet. */
    public boolean segmentOpen() {
        return segmentOpen;
    }

    void segmentOpen(boolean open) {
        segmentOpen = open;
        if (!open) {
            names.segmentEnded();
        }
    }

    /** The server has failed a request and ignores everything up to the next Sync. */
    boolean skippingToSync() {
        return skippingToSync;
    }

    void synced() {
        skippingToSync = false;
    }

    /** The server takes copy data. */
    public boolean copyIn() {
        return copyIn;
    }

    void copyEnded() {
        copyIn = false;
    }

    /** Nothing in flight and no transaction: the session may be held or moved. */
    public boolean atRest() {
        return status == IDLE && atBoundary();
    }

    /** All that was sent has been answered up to its ReadyForQuery, inside a transaction or not. */
    public boolean atBoundary() {
        return !segmentOpen && !skippingToSync && expected.isEmpty();
    }

    /** The client ends a transaction whose answer must not be disturbed by a cancel. */
    public boolean committing() {
        return isCommit(headStatement());
    }

    /** What is known of the statement whose completion comes next. */
    private Object headStatement() {
        Object detail = expected.headDetail();
        if (detail instanceof List<?> statements) {
            return completedInQuery < statements.size() ? statements.get(completedInQuery) : Statement.PLAIN;
        }
        return detail;
    }

    /** What the next request means, or may do, depends on the answer to one that was sent before the last Sync. */
    public boolean isUnsettled() {
        return names.isUnsettled() || commitLevel.isUnanswered();
    }

    /**
     * The session has got a server connection.
     *
     * @param statements what it has prepared
     * @param familiar nobody else has used it since this session did
     */
    public void attached(ServerStatements statements, boolean familiar) {
        foreignSequences = !familiar;
        names.attached(statements);
    }

    /** The session has no server connection any more. */
    public void detached() {
        names.detached();
        commitLevel.detached();
    }

    /** Says once whether currval() and lastval() would tell what another client did on the connection. */
    boolean takeForeignSequences() {
        boolean was = foreignSequences;
        foreignSequences = false;
        return was;
    }

    // ---- the server's messages

    /** A message of the server arrived; {@code end} is where what is there of it ends. Rows and copy data need not be shown. */
    public Verdict received(byte type, ByteBuf in, int start, int end) {
        Verdict usual = expected.headSwallowed() ? Verdict.SWALLOW : Verdict.FORWARD;
        switch (type) {
            case BackendType.PARSE_COMPLETE -> {
                if (expected.headKind() == Expectations.PARSE) {
                    names.parsed(expected.headDetail());
                }
                answered(Expectations.PARSE);
            }
            case BackendType.BIND_COMPLETE -> answered(Expectations.BIND);
            case BackendType.CLOSE_COMPLETE -> {
                if (expected.headKind() == Expectations.CLOSE
                        && expected.headDetail() instanceof ClientStatement statement) {
                    names.closed(statement);
                } else if (expected.headDetail() == Mark.RESTORE_UNNAMED) {
                    names.unnamed().owned();
                }
                answered(Expectations.CLOSE);
            }
            case BackendType.ROW_DESCRIPTION, BackendType.NO_DATA -> {
                if (expected.headKind() == Expectations.DESCRIBE) {
                    remove();
                }
            }
            case BackendType.COMMAND_COMPLETE -> {
                boolean standIn = isSharedListen(headStatement());
                completed(in, start, end);
                return standIn ? Verdict.REPLACE : usual;
            }
            case BackendType.EMPTY_QUERY_RESPONSE -> {
                if (expected.headKind() == Expectations.EXECUTE) {
                    remove();
                }
            }
            case BackendType.PORTAL_SUSPENDED -> {
                if (expected.headKind() == Expectations.EXECUTE) {
                    leftUnfinished();
                    remove();
                }
            }
            case BackendType.COPY_IN_RESPONSE -> copyIn = !expected.dropSyncsBeforeCopyEnd();
            case BackendType.ERROR_RESPONSE -> {
                return error(ErrorGlance.of(in, start, end), usual);
            }
            case BackendType.NOTICE_RESPONSE -> {
                return notice(ErrorGlance.of(in, start, end), usual);
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

    private static boolean isSharedListen(Object detail) {
        return detail instanceof Statement statement && statement.kind() == StatementKind.SHARED_LISTEN;
    }

    /** What the session has done in its transaction may be committed without another word of the client's. */
    public boolean mayCommit() {
        if (status == IDLE) {
            return true;
        }
        for (int index = 0; index < expected.size(); index++) {
            Object detail = expected.detailAt(index);
            boolean commits = detail instanceof List<?> statements
                    ? statements.stream().anyMatch(Conversation::isCommit)
                    : isCommit(detail);
            if (commits) {
                return true;
            }
        }
        return false;
    }

    private static boolean isCommit(Object detail) {
        return detail instanceof Statement statement && statement.kind() == StatementKind.COMMIT;
    }

    private Verdict notice(ErrorGlance notice, Verdict usual) {
        if (notice.isUnconfirmedCommit()) {
            return Verdict.UNCONFIRMED;
        }
        // What is INFO reaches every client, whatever its level.
        return state.isQuiet() && !notice.severity().equals("INFO") ? Verdict.SWALLOW : usual;
    }

    /** The row that comes next tells the client a level of messages that is not the one it has set. */
    public boolean showsSoftenedLevel() {
        return state.isQuiet()
                && headStatement() instanceof Statement statement
                && statement.kind() == StatementKind.SHOW_MESSAGES;
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
        boolean aboutNames = error.sqlState().equals(SqlState.DUPLICATE_STATEMENT)
                || error.sqlState().equals(SqlState.INVALID_STATEMENT_NAME);
        return aboutNames ? Verdict.RENAME : Verdict.FORWARD;
    }

    /** What the client gets instead of the error that was received last. */
    public ErrorFields replacement() {
        return replacement;
    }

    /** What the client calls the statement that the error received last is about; empty when that is not known. */
    public String failedName() {
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
            names.queried();
        }
        if (!expected.isEmpty()) {
            remove();
        }
        status = newStatus;
        completedInQuery = 0;
        copyIn = false;
        if (expected.isEmpty()) {
            commitLevel.answered();
        }
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
        settle();
        while (expected.headKind() == Expectations.COPY_END) {
            expected.remove();
        }
    }

    private void settle() {
        names.settled(expected.headKind(), expected.headDetail());
        expected.remove();
    }

    /** The oldest request is a Close whose answer the gateway gives now. */
    public void closedLocally() {
        if (expected.headDetail() instanceof ClientStatement statement) {
            names.closed(statement);
        }
        remove();
    }

    private void completed(ByteBuf in, int start, int end) {
        Object detail = headStatement();
        if (expected.headDetail() instanceof List<?>) {
            completedInQuery++;
        }
        if (detail instanceof Statement statement && !statement.isPlain() && !expected.headSwallowed()) {
            boolean rolledBack = statement.kind() == StatementKind.COMMIT && end > start && in.getByte(start) == 'R';
            if (rolledBack) {
                state.rolledBack();
            } else {
                state.completed(statement);
            }
            if (PreparedNames.dropsStatements(statement)) {
                names.deallocated(statement);
            }
        }
        if (expected.headKind() == Expectations.EXECUTE) {
            remove();
        }
    }

    // ---- failures

    /** A statement was executed in part. */
    private void leftUnfinished() {
        if (!expected.headSwallowed() && headStatement() instanceof Statement statement) {
            state.leftUnfinished(statement);
        }
    }

    /** The server skips everything up to the next Sync, unless the failed request is one that is answered by ReadyForQuery. */
    private void failed(ErrorGlance error) {
        copyIn = false;
        leftUnfinished();
        if (status == IDLE) {
            state.rolledBack();
        }
        if (expected.headKind() >= Expectations.QUERY || expected.isEmpty()) {
            return;
        }
        Object detail = expected.headDetail();
        if (detail == Mark.UNNAMED && expected.headKind() == Expectations.PARSE) {
            names.unnamed().refused();
            settle();
        } else if (detail instanceof ServerStatements.Held held) {
            names.failed(held, error);
        }
        while (!expected.isEmpty() && expected.headKind() != Expectations.SYNC) {
            names.skipped(expected.headKind(), expected.headDetail(), expected.headSwallowed());
            settle();
        }
        skippingToSync = expected.isEmpty();
        if (skippingToSync) {
            commitLevel.answered();
        }
    }

    /** The server is gone: nothing is owed any more. The session is as {@code newStatus} says. */
    public void lost(byte newStatus) {
        while (!expected.isEmpty()) {
            names.lost(expected.headDetail());
            expected.remove();
        }
        names.serverLost();
        commitLevel.detached();
        state.serverLost();
        status = newStatus;
        segmentOpen = false;
        skippingToSync = false;
        copyIn = false;
        completedInQuery = 0;
        portals.clear();
    }

    /** A transaction that existed only in the gateway's answers has ended. */
    void endLocalTransaction() {
        status = IDLE;
    }
}
