package io.howdah.gateway.dialogue;

import io.howdah.gateway.protocol.Names;
import io.howdah.gateway.sql.ListenText;
import io.howdah.gateway.sql.Statement;
import io.howdah.gateway.sql.StatementKind;
import io.howdah.gateway.state.ClientStatement;
import io.howdah.gateway.state.Interner;
import io.howdah.gateway.state.Pin;
import io.howdah.gateway.state.Portals;
import io.howdah.gateway.state.StatementEntry;
import io.howdah.postgres.wire.ErrorFields;
import io.howdah.postgres.wire.FrontendType;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The client's messages on their way to the server: enters them into the books of the {@link Conversation}, and leads the names of
 * prepared statements to what the server at hand has prepared, preparing it in front of the message when it has not.
 */
public final class Requests {
    private static final byte[] DISCARD_SEQUENCES = "DISCARD SEQUENCES\0".getBytes(StandardCharsets.US_ASCII);

    private final Conversation conversation;
    private final PreparedNames names;
    private final ServerNames serverNames;
    private final Portals portals;
    private final TextReader texts;
    private final ParseRequests parses;
    private final Refusals refusals;
    private final boolean weakerCommit;
    private final ListenSharing sharing;
    private final RequestWatch watch;

    /**
     * @param texts of the event loop
     * @param entries of the event loop
     * @param weakerCommit whether clients may lower {@code synchronous_commit}
     * @param sharing who listens for the session
     * @param watch sees the statements
     */
    public Requests(
            Conversation conversation,
            TextReader texts,
            Interner<StatementEntry> entries,
            boolean weakerCommit,
            ListenSharing sharing,
            RequestWatch watch) {
        this.conversation = conversation;
        this.names = conversation.names();
        this.serverNames = new ServerNames(conversation);
        this.portals = conversation.portals();
        this.texts = texts;
        this.refusals = new Refusals(weakerCommit);
        this.weakerCommit = weakerCommit;
        this.sharing = sharing;
        this.watch = watch;
        this.parses = new ParseRequests(this, conversation, serverNames, texts, entries, refusals, sharing, watch);
    }

    /** Whether what a message means, or may do, depends on answers that are still to come. */
    public boolean mustWait(byte type, ByteBuf in, int start, int end) {
        if (!conversation.isUnsettled()) {
            return false;
        }
        if (conversation.commitLevel().isUnanswered() && !conversation.segmentOpen() && !conversation.copyIn()) {
            return type != FrontendType.FLUSH && type != FrontendType.SYNC;
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

    /** The channels to which a message would make the session listen, if the gateway can do that for it. */
    public List<String> channels(byte type, ByteBuf in, int start, int end) {
        return ListenMessages.channels(conversation, texts, type, in, start, end);
    }

    /**
     * A message of the client goes to the server.
     *
     * @param start where its body begins
     * @param end where what is there of it ends
     * @param complete whether that is all of it
     */
    public void sent(byte type, ByteBuf in, int start, int end, boolean complete, Outlet outlet) {
        switch (type) {
            case FrontendType.QUERY -> query(in, start, end, complete, outlet);
            case FrontendType.FUNCTION_CALL -> {
                conversation.segmentOpen(false);
                expect(Expectations.FUNCTION, Statement.PLAIN);
                watch.ends();
            }
            case FrontendType.SYNC -> {
                if (!conversation.copyIn()) {
                    conversation.segmentOpen(false);
                    conversation.synced();
                    portals.segmentEnded();
                    conversation.expected().add(Expectations.SYNC, Expectations.PLAIN);
                    watch.ends();
                }
            }
            case FrontendType.COPY_DONE, FrontendType.COPY_FAIL -> {
                if (conversation.copyIn()) {
                    conversation.copyEnded();
                } else if (!conversation.expected().isEmpty()) {
                    conversation.expected().add(Expectations.COPY_END, Expectations.PLAIN);
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
            case FrontendType.PARSE -> parses.sent(in, start, end, complete, inside, outlet);
            case FrontendType.BIND -> bind(in, start, end, inside, outlet);
            case FrontendType.DESCRIBE -> describe(in, start, end, outlet);
            case FrontendType.EXECUTE -> execute(in, start, end, outlet);
            default -> close(in, start, end, outlet);
        }
    }

    void expect(byte kind, Object detail) {
        if (!conversation.skippingToSync()) {
            names.requested(kind, detail);
            conversation.expected().add(kind, detail);
            if (!weakerCommit && kind >= Expectations.EXECUTE && mayLowerCommit(detail)) {
                conversation.commitLevel().doubted();
            }
        }
    }

    private static boolean mayLowerCommit(Object detail) {
        if (detail instanceof List<?> statements) {
            for (Object statement : statements) {
                if (statement instanceof Statement one && CommitLevel.mayLower(one)) {
                    return true;
                }
            }
            return false;
        }
        return detail instanceof Statement statement && CommitLevel.mayLower(statement);
    }

    // ---- simple queries

    private void query(ByteBuf in, int start, int end, boolean complete, Outlet outlet) {
        List<Statement> statements = texts.scan(in, start, complete ? end - 1 : end);
        if (conversation.skippingToSync()) {
            conversation.segmentOpen(false);
            return;
        }
        watch.text(in, start, complete ? end - 1 : end, false);
        watch.executes();
        watch.ends();
        portals.queried();
        names.unnamed().dropped();
        if (statements.size() == 1 && !statements.getFirst().isPlain()) {
            serverNames.materialize(statements.getFirst(), outlet);
        }
        if (complete && ListenMessages.areShared(statements, sharing)) {
            ListenMessages.writeQuery(statements, outlet.before());
            outlet.skipTo(end);
            statements = statements.stream().map(ListenText::shared).toList();
        }
        Object detail = statements;
        if (!complete && (statements.size() > 1 || isRemarkable(statements))) {
            conversation.state().pin(Pin.TOO_MUCH_STATE);
            detail = Statement.PLAIN;
        }
        for (int index = 0; index < statements.size(); index++) {
            Statement statement = statements.get(index);
            Optional<ErrorFields> refusal = refusals.of(statement);
            if (refusal.isPresent()) {
                outlet.before()
                        .writeByte(FrontendType.QUERY)
                        .writeInt(4 + Refusals.NONSENSE.length)
                        .writeBytes(Refusals.NONSENSE);
                outlet.skipTo(end);
                outlet.skipRest();
                detail = refusal.get();
                break;
            }
            executes(statement);
            shieldSequences(statement, conversation.segmentOpen(), outlet);
        }
        expect(Expectations.QUERY, detail);
        conversation.segmentOpen(false);
    }

    private static boolean isRemarkable(List<Statement> statements) {
        return !statements.isEmpty() && !statements.getFirst().isPlain();
    }

    /** What another client did with sequences on this connection is none of this client's business: it gets an error instead. */
    void shieldSequences(Statement statement, boolean inside, Outlet outlet) {
        boolean asks = statement.kind() == StatementKind.SEQUENCE_STATE;
        if (asks && !inside && conversation.status() == 'I' && conversation.takeForeignSequences()) {
            outlet.before()
                    .writeByte(FrontendType.QUERY)
                    .writeInt(4 + DISCARD_SEQUENCES.length)
                    .writeBytes(DISCARD_SEQUENCES);
            conversation.expected().addSwallowed(Expectations.QUERY, Settling.REPLAY);
            names.unnamed().leftServer();
        }
    }

    // ---- extended queries

    private void bind(ByteBuf in, int start, int end, boolean inside, Outlet outlet) {
        int portalEnd = Names.end(in, start, end);
        int nameEnd = portalEnd < 0 ? -1 : Names.end(in, portalEnd + 1, end);
        if (nameEnd < 0) {
            portals.clear();
            expect(Expectations.BIND, Expectations.PLAIN);
        } else if (nameEnd == portalEnd + 1) {
            watch.unnamed();
            serverNames.restoreUnnamed(outlet);
            portals.bound(in, start, portalEnd, names.unnamed().statement());
            expect(Expectations.BIND, Expectations.PLAIN);
        } else {
            ClientStatement known = serverNames.find(in, portalEnd + 1, nameEnd);
            Statement statement = known == null ? Statement.PLAIN : known.statement();
            if (known != null && known.entry() != null) {
                watch.prepared(known.entry());
            }
            shieldSequences(statement, inside, outlet);
            portals.bound(in, start, portalEnd, statement);
            expect(Expectations.BIND, serverNames.rename(known, in, start, portalEnd + 1, nameEnd, outlet));
        }
    }

    private void describe(ByteBuf in, int start, int end, Outlet outlet) {
        int nameEnd = Names.end(in, start + 1, end);
        if (nameEnd < 0 || in.getByte(start) != 'S') {
            expect(Expectations.DESCRIBE, Expectations.PLAIN);
        } else if (nameEnd == start + 1) {
            serverNames.restoreUnnamed(outlet);
            expect(Expectations.DESCRIBE, Expectations.PLAIN);
        } else {
            ClientStatement known = serverNames.find(in, start + 1, nameEnd);
            expect(Expectations.DESCRIBE, serverNames.rename(known, in, start, start + 1, nameEnd, outlet));
        }
    }

    private void execute(ByteBuf in, int start, int end, Outlet outlet) {
        boolean failed =
                conversation.status() == 'E' || !conversation.expected().isEmpty();
        if (in.getByte(start) == 0 && failed && portals.isUnnamedFromQuery()) {
            serverNames.closeUnnamedPortal(outlet);
        }
        Statement statement = portals.find(in, start, Names.end(in, start, end));
        executes(statement);
        watch.executes();
        expect(Expectations.EXECUTE, statement);
    }

    private void executes(Statement statement) {
        serverNames.dropsAll(statement);
        if (statement.kind() == StatementKind.NEEDS_EMPTY_DATABASE) {
            watch.needsEmptyDatabase(statement);
        }
    }

    private void close(ByteBuf in, int start, int end, Outlet outlet) {
        int nameEnd = Names.end(in, start + 1, end);
        if (nameEnd < 0 || in.getByte(start) != 'S') {
            expect(Expectations.CLOSE, Expectations.PLAIN);
        } else if (nameEnd == start + 1) {
            names.unnamed().dropped();
            expect(Expectations.CLOSE, Mark.UNNAMED);
        } else {
            ClientStatement known = serverNames.find(in, start + 1, nameEnd);
            if (known == null) {
                serverNames.hide(in, start, start + 1, nameEnd, outlet);
                expect(Expectations.CLOSE, Expectations.PLAIN);
                return;
            }
            known.closing(true);
            if (known.entry() == null || known.isMaterialized()) {
                expect(Expectations.CLOSE, known);
            } else {
                outlet.before();
                outlet.skipTo(end);
                expect(Expectations.LOCAL_CLOSE, known);
            }
        }
    }
}
