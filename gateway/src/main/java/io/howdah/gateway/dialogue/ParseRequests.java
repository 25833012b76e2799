package io.howdah.gateway.dialogue;

import io.howdah.gateway.protocol.Names;
import io.howdah.gateway.sql.ListenText;
import io.howdah.gateway.sql.Statement;
import io.howdah.gateway.state.ClientStatement;
import io.howdah.gateway.state.Interner;
import io.howdah.gateway.state.Pin;
import io.howdah.gateway.state.ServerStatements;
import io.howdah.gateway.state.StatementEntry;
import io.howdah.postgres.wire.ErrorFields;
import io.howdah.postgres.wire.FrontendType;
import io.howdah.postgres.wire.MessageFrame;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Optional;

/** The Parse messages among a client's {@link Requests}: what a statement is, and under which name the server at hand has it. */
final class ParseRequests {
    private static final int LONGEST_KEPT = 1 << 20;

    private final Requests requests;
    private final Conversation conversation;
    private final PreparedNames names;
    private final ServerNames serverNames;
    private final TextReader texts;
    private final Interner<StatementEntry> entries;
    private final Refusals refusals;
    private final ListenSharing sharing;
    private final RequestWatch watch;

    ParseRequests(
            Requests requests,
            Conversation conversation,
            ServerNames serverNames,
            TextReader texts,
            Interner<StatementEntry> entries,
            Refusals refusals,
            ListenSharing sharing,
            RequestWatch watch) {
        this.requests = requests;
        this.conversation = conversation;
        this.names = conversation.names();
        this.serverNames = serverNames;
        this.texts = texts;
        this.entries = entries;
        this.refusals = refusals;
        this.sharing = sharing;
        this.watch = watch;
    }

    /**
     * A Parse goes to the server.
     *
     * @param start where its body begins
     * @param inside whether a request is open already
     */
    void sent(ByteBuf in, int start, int end, boolean complete, boolean inside, Outlet outlet) {
        int nameEnd = Names.end(in, start, end);
        if (nameEnd < 0) {
            requests.expect(Expectations.PARSE, Expectations.PLAIN);
            return;
        }
        int textEnd = Names.end(in, nameEnd + 1, end);
        Statement statement = texts.first(in, nameEnd + 1, textEnd < 0 ? end : textEnd);
        watch.text(in, nameEnd + 1, textEnd < 0 ? end : textEnd, nameEnd == start);
        if (textEnd >= 0 && complete && ListenMessages.areShared(List.of(statement), sharing)) {
            parseShared(ListenMessages.parse(statement, in, start, nameEnd, textEnd, end), statement, end, outlet);
            return;
        }
        requests.shieldSequences(statement, inside, outlet);
        Optional<ErrorFields> refusal = refusals.of(statement);
        if (refusal.isPresent()) {
            refuse(refusal.get(), in, start, end, outlet);
        } else if (nameEnd == start) {
            parseUnnamed(in, start, end, complete, statement);
        } else {
            parseNamed(in, start, nameEnd, end, complete, statement, end, outlet);
        }
    }

    /** @param standIn the message in its place; its text is on the server from here on, the statement's is in the books */
    private void parseShared(ByteBuf standIn, Statement statement, int end, Outlet outlet) {
        Statement shared = ListenText.shared(statement);
        int start = standIn.readerIndex() + MessageFrame.HEADER_BYTES;
        int nameEnd = Names.end(standIn, start, standIn.writerIndex());
        outlet.before();
        outlet.skipTo(end);
        if (nameEnd == start) {
            parseUnnamed(standIn, start, standIn.writerIndex(), true, shared);
            outlet.before().writeBytes(standIn);
        } else {
            parseNamed(standIn, start, nameEnd, standIn.writerIndex(), true, shared, end, outlet);
        }
        standIn.release();
    }

    private void refuse(ErrorFields error, ByteBuf in, int start, int end, Outlet outlet) {
        outlet.before()
                .writeByte(FrontendType.PARSE)
                .writeInt(4 + 1 + Refusals.NONSENSE.length + 2)
                .writeByte(0)
                .writeBytes(Refusals.NONSENSE)
                .writeShort(0);
        outlet.skipTo(end);
        outlet.skipRest();
        if (in.getByte(start) == 0) {
            names.unnamed().dropped();
        }
        names.unnamed().leftServer();
        requests.expect(Expectations.PARSE, error);
    }

    private void parseUnnamed(ByteBuf in, int start, int end, boolean complete, Statement statement) {
        names.unnamed().sent(in, start, end, complete, statement);
        if (!complete) {
            conversation.state().pin(Pin.UNNAMED_STATEMENT);
        }
        requests.expect(Expectations.PARSE, Mark.UNNAMED);
    }

    private void parseNamed(
            ByteBuf in,
            int start,
            int nameEnd,
            int end,
            boolean complete,
            Statement statement,
            int messageEnd,
            Outlet outlet) {
        ClientStatement known = serverNames.find(in, start, nameEnd);
        ServerStatements onServer = names.onServer();
        if (!complete || end - nameEnd > LONGEST_KEPT || onServer == null) {
            ClientStatement raw = new ClientStatement(Names.read(in, start, nameEnd), null, statement);
            if (known == null) {
                names.named().add(raw);
            }
            conversation.state().pin(Pin.LONG_STATEMENT);
            requests.expect(Expectations.PARSE, known == null ? new PreparedRequest(raw, null) : Expectations.PLAIN);
            return;
        }
        StatementEntry entry = entries.intern(new StatementEntry(in, nameEnd + 1, end));
        ByteBuf out = outlet.before();
        outlet.skipTo(messageEnd);
        if (known != null) {
            // The server says that the name is taken, after it has checked the text.
            byte[] taken = known.entry() == null
                    ? ServerNames.raw(known)
                    : serverNames.prepared(known.entry(), onServer, out).name();
            entry.writeParse(out, taken);
            requests.expect(Expectations.PARSE, new TakenName(known.name()));
            return;
        }
        ClientStatement client = new ClientStatement(Names.read(in, start, nameEnd), entry, statement);
        names.named().add(client);
        ServerStatements.Held held = onServer.find(entry);
        if (conversation.status() != 'E') {
            // Even if it is there already: what it means may have changed since, by a search path or a changed table.
            ServerStatements.Held added = serverNames.prepareAnew(entry, held, onServer, out);
            requests.expect(Expectations.PARSE, new PreparedRequest(client, added));
        } else {
            // That it may not be prepared now is for the server to say.
            entry.writeParse(out, new byte[0]);
            names.unnamed().leftServer();
            requests.expect(Expectations.PARSE, new PreparedRequest(client, null));
        }
    }
}
