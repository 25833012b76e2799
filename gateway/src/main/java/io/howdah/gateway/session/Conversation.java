package io.howdah.gateway.session;

import io.howdah.gateway.sql.Statement;
import io.howdah.gateway.sql.StatementKind;
import io.howdah.postgres.wire.BackendType;
import io.howdah.postgres.wire.FrontendType;
import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The bookkeeping of one session: which request each reply belongs to, whether a transaction is open, and what the session has built
 * up. Reads messages, never writes any; no channels, so that it can be tested with bytes alone.
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
        PARAMETER
    }

    private static final byte IDLE = 'I';

    final Expectations expected = new Expectations();
    final SessionState state = new SessionState();
    private final TextReader texts;
    private final Map<String, Statement> portals = new HashMap<>(2);
    private Statement unnamedPortal = Statement.PLAIN;
    private byte status = IDLE;
    private boolean segmentOpen;
    private boolean skippingToSync;
    private boolean copyIn;
    private int completedInQuery;

    Conversation(TextReader texts) {
        this.texts = texts;
    }

    /** The transaction status of the last ReadyForQuery: I, T or E. */
    byte status() {
        return status;
    }

    /** Requests were sent whose Sync has not been sent yet. */
    boolean segmentOpen() {
        return segmentOpen;
    }

    /** Nothing in flight and no transaction: the session may be held or moved. */
    boolean atRest() {
        return status == IDLE && !segmentOpen && expected.isEmpty();
    }

    /** All that was sent has been answered up to its ReadyForQuery, inside a transaction or not. */
    boolean atBoundary() {
        return !segmentOpen && expected.isEmpty();
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
     * A message of the client goes to the server.
     *
     * @param start where its body begins
     * @param end where what is there of it ends
     * @param complete whether that is all of it
     */
    void sent(byte type, ByteBuf in, int start, int end, boolean complete) {
        switch (type) {
            case FrontendType.QUERY -> {
                segmentOpen = false;
                state.dropUnnamed();
                expect(Expectations.QUERY, query(in, start, end, complete));
            }
            case FrontendType.FUNCTION_CALL -> {
                segmentOpen = false;
                expect(Expectations.FUNCTION, Statement.PLAIN);
            }
            case FrontendType.SYNC -> {
                if (!copyIn) {
                    segmentOpen = false;
                    skippingToSync = false;
                    expected.add(Expectations.SYNC, Expectations.PLAIN);
                }
            }
            case FrontendType.COPY_DONE, FrontendType.COPY_FAIL -> {
                if (copyIn) {
                    copyIn = false;
                } else if (!expected.isEmpty()) {
                    expected.add(Expectations.COPY_END, Expectations.PLAIN);
                }
            }
            case FrontendType.PARSE -> {
                segmentOpen = true;
                expect(Expectations.PARSE, parse(in, start, end, complete));
            }
            case FrontendType.BIND -> {
                segmentOpen = true;
                bind(in, start, end);
                expect(Expectations.BIND, Expectations.PLAIN);
            }
            case FrontendType.DESCRIBE -> {
                segmentOpen = true;
                expect(Expectations.DESCRIBE, Expectations.PLAIN);
            }
            case FrontendType.EXECUTE -> {
                segmentOpen = true;
                expect(Expectations.EXECUTE, portal(in, start, end));
            }
            case FrontendType.CLOSE -> {
                segmentOpen = true;
                expect(Expectations.CLOSE, closing(in, start, end));
            }
            default -> {}
        }
    }

    private void expect(byte kind, Object detail) {
        if (!skippingToSync) {
            expected.add(kind, detail);
        } else if (detail instanceof Remembered statement && kind == Expectations.PARSE) {
            state.refused(statement);
        }
    }

    private Object query(ByteBuf in, int start, int end, boolean complete) {
        List<Statement> statements = texts.scan(in, start, complete ? end - 1 : end);
        if (!complete) {
            if (statements.size() > 1 || (!statements.isEmpty() && statements.getFirst() != Statement.PLAIN)) {
                state.pin(Pin.TOO_MUCH_STATE);
            }
            return Statement.PLAIN;
        }
        return statements;
    }

    private Object parse(ByteBuf in, int start, int end, boolean complete) {
        int nameEnd = Names.end(in, start, end);
        if (nameEnd < 0) {
            return Expectations.PLAIN;
        }
        int textEnd = Names.end(in, nameEnd + 1, end);
        Statement statement = texts.first(in, nameEnd + 1, textEnd < 0 ? end : textEnd);
        byte[] message = new byte[complete ? end - start : 0];
        in.getBytes(start, message);
        Remembered remembered = new Remembered(Names.read(in, start, nameEnd), message, statement);
        state.sent(remembered);
        return remembered;
    }

    private void bind(ByteBuf in, int start, int end) {
        int portalEnd = Names.end(in, start, end);
        int statementEnd = portalEnd < 0 ? -1 : Names.end(in, portalEnd + 1, end);
        if (statementEnd < 0) {
            unnamedPortal = Statement.PLAIN;
            return;
        }
        Remembered remembered = state.prepared(Names.read(in, portalEnd + 1, statementEnd));
        Statement statement = remembered == null ? Statement.PLAIN : remembered.statement;
        if (portalEnd == start) {
            unnamedPortal = statement;
        } else if (statement == Statement.PLAIN) {
            portals.remove(Names.read(in, start, portalEnd));
        } else {
            portals.put(Names.read(in, start, portalEnd), statement);
        }
    }

    private Statement portal(ByteBuf in, int start, int end) {
        int nameEnd = Names.end(in, start, end);
        if (nameEnd <= start) {
            return unnamedPortal;
        }
        return portals.getOrDefault(Names.read(in, start, nameEnd), Statement.PLAIN);
    }

    private Object closing(ByteBuf in, int start, int end) {
        int nameEnd = Names.end(in, start + 1, end);
        if (nameEnd <= start + 1 || in.getByte(start) != 'S') {
            return Expectations.PLAIN;
        }
        Remembered remembered = state.prepared(Names.read(in, start + 1, nameEnd));
        return remembered == null ? Expectations.PLAIN : remembered;
    }

    /** A message of the server arrived; {@code end} is where what is there of it ends. Rows and copy data need not be shown. */
    Verdict received(byte type, ByteBuf in, int start, int end) {
        Verdict usual = expected.headSwallowed() ? Verdict.SWALLOW : Verdict.FORWARD;
        switch (type) {
            case BackendType.PARSE_COMPLETE -> {
                if (expected.headKind() == Expectations.PARSE
                        && expected.headDetail() instanceof Remembered statement) {
                    state.confirmed(statement);
                }
                answered(Expectations.PARSE);
            }
            case BackendType.BIND_COMPLETE -> answered(Expectations.BIND);
            case BackendType.CLOSE_COMPLETE -> {
                if (expected.headKind() == Expectations.CLOSE
                        && expected.headDetail() instanceof Remembered statement) {
                    state.closed(statement);
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
                if (ErrorGlance.of(in, start, end).endsConnection()) {
                    return Verdict.ENDING;
                }
                failed();
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

    private Verdict ready(byte newStatus, Verdict usual) {
        if (expected.headKind() < Expectations.QUERY) {
            state.pin(Pin.UNREADABLE);
            while (!expected.isEmpty() && expected.headKind() < Expectations.QUERY) {
                remove();
            }
        }
        if (!expected.isEmpty()) {
            remove();
        }
        status = newStatus;
        completedInQuery = 0;
        copyIn = false;
        if (status == IDLE) {
            state.idle();
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
        expected.remove();
        while (expected.headKind() == Expectations.COPY_END) {
            expected.remove();
        }
    }

    private void completed(ByteBuf in, int start, int end) {
        Object detail = expected.headDetail();
        if (detail instanceof List<?> statements) {
            detail = completedInQuery < statements.size() ? statements.get(completedInQuery) : Statement.PLAIN;
            completedInQuery++;
        }
        if (detail instanceof Statement statement && statement != Statement.PLAIN && !expected.headSwallowed()) {
            boolean rolledBack = statement.kind() == StatementKind.COMMIT && end > start && in.getByte(start) == 'R';
            if (rolledBack) {
                state.rolledBack();
            } else {
                state.completed(statement);
            }
        }
        if (expected.headKind() == Expectations.EXECUTE) {
            remove();
        }
    }

    /** The server skips everything up to the next Sync, unless the failed request is one that is answered by ReadyForQuery. */
    private void failed() {
        copyIn = false;
        if (status == IDLE) {
            state.rolledBack();
        }
        if (expected.headKind() >= Expectations.QUERY || expected.isEmpty()) {
            return;
        }
        while (!expected.isEmpty() && expected.headKind() != Expectations.SYNC) {
            if (expected.headKind() == Expectations.PARSE && expected.headDetail() instanceof Remembered statement) {
                state.refused(statement);
            }
            expected.remove();
        }
        skippingToSync = expected.isEmpty();
    }

    /** Adds the requests that give a new server what this session had built up. */
    void replay(ByteBuf out) {
        for (Statement statement : state.statementsToReplay()) {
            out.writeByte(FrontendType.QUERY)
                    .writeInt(5 + statement.text().length)
                    .writeBytes(statement.text())
                    .writeByte(0);
            expected.addSwallowed(Expectations.QUERY, Expectations.PLAIN);
        }
        for (Remembered statement : state.preparedToReplay()) {
            out.writeByte(FrontendType.PARSE)
                    .writeInt(4 + statement.message.length)
                    .writeBytes(statement.message);
            out.writeByte(FrontendType.SYNC).writeInt(4);
            expected.addSwallowed(Expectations.PARSE, Expectations.PLAIN);
            expected.addSwallowed(Expectations.SYNC, Expectations.PLAIN);
        }
    }

    /** The server is gone: nothing is owed any more. The session is as {@code newStatus} says. */
    void lost(byte newStatus) {
        while (!expected.isEmpty()) {
            if (expected.headKind() == Expectations.PARSE && expected.headDetail() instanceof Remembered statement) {
                state.refused(statement);
            }
            expected.remove();
        }
        state.rolledBack();
        status = newStatus;
        segmentOpen = false;
        skippingToSync = false;
        copyIn = false;
        completedInQuery = 0;
        portals.clear();
        unnamedPortal = Statement.PLAIN;
    }

    /** A transaction that existed only in the gateway's answers has ended. */
    void endLocalTransaction() {
        status = IDLE;
    }
}
