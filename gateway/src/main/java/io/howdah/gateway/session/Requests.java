package io.howdah.gateway.session;

import io.howdah.gateway.sql.SettingNames;
import io.howdah.gateway.sql.Statement;
import io.howdah.gateway.sql.StatementKind;
import io.howdah.postgres.wire.ErrorFields;
import io.howdah.postgres.wire.FrontendType;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The client's messages on their way to the server: enters them into the books of the {@link Conversation}, and leads the names of
 * prepared statements to what the server at hand has prepared, preparing it in front of the message when it has not.
 */
final class Requests {
    /** The bytes that go to the server, message by message. */
    interface Outlet {
        /** Where to write what goes to the server before the message at hand. */
        ByteBuf before();

        /** What lies before {@code index} has been written by other means. */
        void skipTo(int index);

        /** What is still to come of the message goes nowhere. */
        void skipRest();
    }

    private static final int LONGEST_KEPT = 1 << 20;
    /** No SQL: provokes an error in the server where the gateway refuses a statement, so that its transaction fails as it should. */
    private static final byte[] NONSENSE = {'!', 0};

    private static final byte[] DISCARD_SEQUENCES = "DISCARD SEQUENCES\0".getBytes(StandardCharsets.US_ASCII);

    private final Conversation conversation;
    private final Portals portals;
    private final TextReader texts;
    private final Interner<StatementEntry> entries;
    private final boolean weakerCommit;

    Requests(
            Conversation conversation,
            Portals portals,
            TextReader texts,
            Interner<StatementEntry> entries,
            boolean weakerCommit) {
        this.conversation = conversation;
        this.portals = portals;
        this.texts = texts;
        this.entries = entries;
        this.weakerCommit = weakerCommit;
    }

    /** Whether a message refers to a name whose meaning depends on answers that are still to come. */
    boolean mustWait(byte type, ByteBuf in, int start, int end) {
        if (!conversation.isUnsettled()) {
            return false;
        }
        return switch (type) {
            case FrontendType.QUERY -> true;
            case FrontendType.PARSE -> in.getByte(start) != 0;
            case FrontendType.DESCRIBE, FrontendType.CLOSE ->
                end > start + 1 && in.getByte(start) == 'S' && in.getByte(start + 1) != 0;
            case FrontendType.BIND -> {
                int portalEnd = Names.end(in, start, end);
                yield portalEnd >= 0 && portalEnd + 1 < end && in.getByte(portalEnd + 1) != 0;
            }
            default -> false;
        };
    }

    /**
     * A message of the client goes to the server.
     *
     * @param start where its body begins
     * @param end where what is there of it ends
     * @param complete whether that is all of it
     */
    void sent(byte type, ByteBuf in, int start, int end, boolean complete, Outlet outlet) {
        switch (type) {
            case FrontendType.QUERY -> query(in, start, end, complete, outlet);
            case FrontendType.FUNCTION_CALL -> {
                conversation.segmentOpen(false);
                expect(Expectations.FUNCTION, Statement.PLAIN);
            }
            case FrontendType.SYNC -> {
                if (!conversation.copyIn()) {
                    conversation.segmentOpen(false);
                    conversation.synced();
                    conversation.expected.add(Expectations.SYNC, Expectations.PLAIN);
                }
            }
            case FrontendType.COPY_DONE, FrontendType.COPY_FAIL -> {
                if (conversation.copyIn()) {
                    conversation.copyEnded();
                } else if (!conversation.expected.isEmpty()) {
                    conversation.expected.add(Expectations.COPY_END, Expectations.PLAIN);
                }
            }
            case FrontendType.PARSE,
                    FrontendType.BIND,
                    FrontendType.DESCRIBE,
                    FrontendType.EXECUTE,
                    FrontendType.CLOSE -> {
                boolean inside = conversation.segmentOpen();
                conversation.segmentOpen(true);
                if (!conversation.skippingToSync()) {
                    extended(type, in, start, end, complete, inside, outlet);
                }
            }
            default -> {}
        }
    }

    private void extended(byte type, ByteBuf in, int start, int end, boolean complete, boolean inside, Outlet outlet) {
        switch (type) {
            case FrontendType.PARSE -> parse(in, start, end, complete, inside, outlet);
            case FrontendType.BIND -> bind(in, start, end, inside, outlet);
            case FrontendType.DESCRIBE -> describe(in, start, end, outlet);
            case FrontendType.EXECUTE -> execute(in, start, end);
            default -> close(in, start, end, outlet);
        }
    }

    private void expect(byte kind, Object detail) {
        if (!conversation.skippingToSync()) {
            if (Conversation.changesNames(kind, detail)) {
                conversation.unsettled();
            }
            conversation.expected.add(kind, detail);
        }
    }

    // ---- simple queries

    private void query(ByteBuf in, int start, int end, boolean complete, Outlet outlet) {
        List<Statement> statements = texts.scan(in, start, complete ? end - 1 : end);
        if (conversation.skippingToSync()) {
            conversation.segmentOpen(false);
            return;
        }
        conversation.unnamed.dropped();
        if (statements.size() == 1 && !statements.getFirst().isPlain()) {
            materialize(statements.getFirst(), outlet);
        }
        Object detail = statements;
        if (!complete && (statements.size() > 1 || isRemarkable(statements))) {
            conversation.state.pin(Pin.TOO_MUCH_STATE);
            detail = Statement.PLAIN;
        }
        for (int index = 0; index < statements.size(); index++) {
            Statement statement = statements.get(index);
            if (isRefused(statement)) {
                outlet.before()
                        .writeByte(FrontendType.QUERY)
                        .writeInt(4 + NONSENSE.length)
                        .writeBytes(NONSENSE);
                outlet.skipTo(end);
                outlet.skipRest();
                detail = Errors.weakerCommit();
                break;
            }
            dropsAll(statement);
            shieldSequences(statement, conversation.segmentOpen(), outlet);
        }
        expect(Expectations.QUERY, detail);
        conversation.segmentOpen(false);
    }

    private static boolean isRemarkable(List<Statement> statements) {
        return !statements.isEmpty() && !statements.getFirst().isPlain();
    }

    private boolean isRefused(Statement statement) {
        return statement.kind() == StatementKind.WEAKER_COMMIT && !weakerCommit;
    }

    /** From here on the server has none of the statements that it has prepared for the gateway. */
    private void dropsAll(Statement statement) {
        ServerStatements onServer = conversation.onServer();
        boolean drops = statement.kind() == StatementKind.DEALLOCATE || statement.kind() == StatementKind.DISCARD;
        if (drops && onServer != null && SettingNames.object(statement).equals(SettingNames.ALL)) {
            onServer.clear();
        }
    }

    /** What another client did with sequences on this connection is none of this client's business: it gets an error instead. */
    private void shieldSequences(Statement statement, boolean inside, Outlet outlet) {
        boolean asks = statement.kind() == StatementKind.SEQUENCE_STATE;
        if (asks && !inside && conversation.status() == 'I' && conversation.takeForeignSequences()) {
            outlet.before()
                    .writeByte(FrontendType.QUERY)
                    .writeInt(4 + DISCARD_SEQUENCES.length)
                    .writeBytes(DISCARD_SEQUENCES);
            conversation.expected.addSwallowed(Expectations.QUERY, Settling.REPLAY);
            conversation.unnamed.leftServer();
        }
    }

    /** EXECUTE and DEALLOCATE may refer to a statement that was prepared by a message: the server gets it under that name. */
    private void materialize(Statement statement, Outlet outlet) {
        boolean refers = statement.kind() == StatementKind.EXECUTE || statement.kind() == StatementKind.DEALLOCATE;
        if (!refers || conversation.status() == 'E' || conversation.segmentOpen()) {
            return;
        }
        ClientStatement known = conversation.named.find(SettingNames.object(statement));
        if (known == null || known.entry == null || known.materialized) {
            return;
        }
        conversation.materialized(known);
        conversation.state.pin(Pin.SQL_STATEMENT);
        ByteBuf out = outlet.before();
        writeParse(out, known.name.getBytes(StandardCharsets.ISO_8859_1), known.entry);
        out.writeByte(FrontendType.SYNC).writeInt(4);
        conversation.expected.addSwallowed(Expectations.PARSE, Mark.MATERIALIZE);
        conversation.expected.addSwallowed(Expectations.SYNC, Expectations.PLAIN);
    }

    // ---- extended queries

    private void parse(ByteBuf in, int start, int end, boolean complete, boolean inside, Outlet outlet) {
        int nameEnd = Names.end(in, start, end);
        if (nameEnd < 0) {
            expect(Expectations.PARSE, Expectations.PLAIN);
            return;
        }
        int textEnd = Names.end(in, nameEnd + 1, end);
        Statement statement = texts.first(in, nameEnd + 1, textEnd < 0 ? end : textEnd);
        shieldSequences(statement, inside, outlet);
        if (isRefused(statement)) {
            refuse(in, start, end, outlet);
        } else if (nameEnd == start) {
            parseUnnamed(in, start, end, complete, statement);
        } else {
            parseNamed(in, start, nameEnd, end, complete, statement, outlet);
        }
    }

    private void refuse(ByteBuf in, int start, int end, Outlet outlet) {
        outlet.before()
                .writeByte(FrontendType.PARSE)
                .writeInt(4 + 1 + NONSENSE.length + 2)
                .writeByte(0)
                .writeBytes(NONSENSE)
                .writeShort(0);
        outlet.skipTo(end);
        outlet.skipRest();
        if (in.getByte(start) == 0) {
            conversation.unnamed.dropped();
        }
        conversation.unnamed.leftServer();
        ErrorFields error = Errors.weakerCommit();
        expect(Expectations.PARSE, error);
    }

    private void parseUnnamed(ByteBuf in, int start, int end, boolean complete, Statement statement) {
        conversation.unnamed.sent(in, start, end, complete, statement);
        if (!complete) {
            conversation.state.pin(Pin.UNNAMED_STATEMENT);
        }
        expect(Expectations.PARSE, Mark.UNNAMED);
    }

    private void parseNamed(
            ByteBuf in, int start, int nameEnd, int end, boolean complete, Statement statement, Outlet outlet) {
        ClientStatement known = find(in, start, nameEnd);
        ServerStatements onServer = conversation.onServer();
        if (!complete || end - nameEnd > LONGEST_KEPT || onServer == null) {
            ClientStatement raw = new ClientStatement(Names.read(in, start, nameEnd), null, statement);
            if (known == null) {
                conversation.named.add(raw);
            }
            conversation.state.pin(Pin.LONG_STATEMENT);
            expect(Expectations.PARSE, known == null ? new PreparedRequest(raw, null) : Expectations.PLAIN);
            return;
        }
        StatementEntry entry = entries.intern(new StatementEntry(in, nameEnd + 1, end));
        ByteBuf out = outlet.before();
        outlet.skipTo(end);
        if (known != null) {
            // The server says that the name is taken, after it has checked the text.
            byte[] taken = known.entry == null ? raw(known) : prepared(known.entry, onServer, out).name;
            writeParse(out, taken, entry);
            expect(Expectations.PARSE, new TakenName(known.name));
            return;
        }
        ClientStatement client = new ClientStatement(Names.read(in, start, nameEnd), entry, statement);
        conversation.named.add(client);
        ServerStatements.Held held = onServer.find(entry);
        boolean isNew = held == null || held.edition != entry.edition;
        if (isNew && conversation.status() != 'E') {
            discard(held, onServer, out);
            held = onServer.add(entry);
            makeRoom(onServer, out);
            writeParse(out, held.name, entry);
            expect(Expectations.PARSE, new PreparedRequest(client, held));
        } else {
            // It is there already, but whether it may be prepared now is for the server to say.
            writeParse(out, new byte[0], entry);
            conversation.unnamed.leftServer();
            expect(Expectations.PARSE, new PreparedRequest(client, null));
        }
    }

    private void bind(ByteBuf in, int start, int end, boolean inside, Outlet outlet) {
        int portalEnd = Names.end(in, start, end);
        int nameEnd = portalEnd < 0 ? -1 : Names.end(in, portalEnd + 1, end);
        if (nameEnd < 0) {
            portals.clear();
            expect(Expectations.BIND, Expectations.PLAIN);
        } else if (nameEnd == portalEnd + 1) {
            restoreUnnamed(outlet);
            portals.bound(in, start, portalEnd, conversation.unnamed.statement());
            expect(Expectations.BIND, Expectations.PLAIN);
        } else {
            ClientStatement known = find(in, portalEnd + 1, nameEnd);
            Statement statement = known == null ? Statement.PLAIN : known.statement;
            shieldSequences(statement, inside, outlet);
            portals.bound(in, start, portalEnd, statement);
            rename(Expectations.BIND, known, in, start, portalEnd + 1, nameEnd, outlet);
        }
    }

    private void describe(ByteBuf in, int start, int end, Outlet outlet) {
        int nameEnd = Names.end(in, start + 1, end);
        if (nameEnd < 0 || in.getByte(start) != 'S') {
            expect(Expectations.DESCRIBE, Expectations.PLAIN);
        } else if (nameEnd == start + 1) {
            restoreUnnamed(outlet);
            expect(Expectations.DESCRIBE, Expectations.PLAIN);
        } else {
            rename(Expectations.DESCRIBE, find(in, start + 1, nameEnd), in, start, start + 1, nameEnd, outlet);
        }
    }

    /** Writes the message up to its statement's name, which is replaced by the name that the server knows. */
    private void rename(
            byte kind, @Nullable ClientStatement known, ByteBuf in, int start, int from, int nameEnd, Outlet outlet) {
        ServerStatements onServer = conversation.onServer();
        if (known == null || known.entry == null || onServer == null) {
            if (known == null && beginsWithPrefix(in, from, nameEnd)) {
                writeRenamed(in, start, from, nameEnd, new byte[] {'?'}, outlet.before());
                outlet.skipTo(nameEnd);
            }
            expect(kind, Expectations.PLAIN);
            return;
        }
        ByteBuf out = outlet.before();
        ServerStatements.Held held = prepared(known.entry, onServer, out);
        writeRenamed(in, start, from, nameEnd, held.name, out);
        outlet.skipTo(nameEnd);
        expect(kind, held);
    }

    private static void writeRenamed(ByteBuf in, int start, int from, int nameEnd, byte[] name, ByteBuf out) {
        int length = in.getInt(start - 4) - (nameEnd - from) + name.length;
        out.writeByte(in.getByte(start - 5)).writeInt(length).writeBytes(in, start, from - start);
        out.writeBytes(name);
    }

    private static boolean beginsWithPrefix(ByteBuf in, int from, int end) {
        String prefix = ServerStatements.PREFIX;
        if (end - from < prefix.length()) {
            return false;
        }
        for (int index = 0; index < prefix.length(); index++) {
            if (in.getByte(from + index) != prefix.charAt(index)) {
                return false;
            }
        }
        return true;
    }

    private void execute(ByteBuf in, int start, int end) {
        Statement statement = portals.find(in, start, Names.end(in, start, end));
        dropsAll(statement);
        expect(Expectations.EXECUTE, statement);
    }

    private void close(ByteBuf in, int start, int end, Outlet outlet) {
        int nameEnd = Names.end(in, start + 1, end);
        if (nameEnd < 0 || in.getByte(start) != 'S') {
            expect(Expectations.CLOSE, Expectations.PLAIN);
        } else if (nameEnd == start + 1) {
            conversation.unnamed.dropped();
            expect(Expectations.CLOSE, Mark.UNNAMED);
        } else {
            ClientStatement known = find(in, start + 1, nameEnd);
            if (known == null) {
                if (beginsWithPrefix(in, start + 1, nameEnd)) {
                    writeRenamed(in, start, start + 1, nameEnd, new byte[] {'?'}, outlet.before());
                    outlet.skipTo(nameEnd);
                }
                expect(Expectations.CLOSE, Expectations.PLAIN);
                return;
            }
            known.closing = true;
            if (known.entry == null || known.materialized) {
                expect(Expectations.CLOSE, known);
            } else {
                outlet.before();
                outlet.skipTo(end);
                expect(Expectations.LOCAL_CLOSE, known);
            }
        }
    }

    // ---- statements on the server

    /** What the name means to requests sent now, provided that those before them succeed. */
    private @Nullable ClientStatement find(ByteBuf in, int from, int to) {
        ClientStatement known = conversation.named.find(in, from, to);
        return known == null || known.closing ? null : known;
    }

    private static byte[] raw(ClientStatement statement) {
        return statement.name.getBytes(StandardCharsets.ISO_8859_1);
    }

    private void restoreUnnamed(Outlet outlet) {
        UnnamedStatement unnamed = conversation.unnamed;
        if (!unnamed.isOnServer()) {
            conversation.expected.addSwallowed(unnamed.kindOfRestore(), Mark.RESTORE_UNNAMED);
            unnamed.restore(outlet.before());
        }
    }

    /** Sees to it that the server has the statement when what is written next arrives there. */
    private ServerStatements.Held prepared(StatementEntry entry, ServerStatements onServer, ByteBuf out) {
        ServerStatements.Held held = onServer.find(entry);
        if (held != null && held.edition == entry.edition) {
            return held;
        }
        discard(held, onServer, out);
        ServerStatements.Held added = onServer.add(entry);
        makeRoom(onServer, out);
        writeParse(out, added.name, entry);
        conversation.expected.addSwallowed(Expectations.PARSE, new PreparedRequest(null, added));
        return added;
    }

    private void makeRoom(ServerStatements onServer, ByteBuf out) {
        discard(onServer.overflow(), onServer, out);
    }

    private void discard(ServerStatements.@Nullable Held held, ServerStatements onServer, ByteBuf out) {
        if (held != null) {
            onServer.remove(held);
            out.writeByte(FrontendType.CLOSE)
                    .writeInt(4 + 2 + held.name.length)
                    .writeByte('S')
                    .writeBytes(held.name)
                    .writeByte(0);
            conversation.expected.addSwallowed(Expectations.CLOSE, Expectations.PLAIN);
        }
    }

    private static void writeParse(ByteBuf out, byte[] name, StatementEntry entry) {
        out.writeByte(FrontendType.PARSE)
                .writeInt(4 + name.length + 1 + entry.body.length)
                .writeBytes(name)
                .writeByte(0)
                .writeBytes(entry.body);
    }
}
