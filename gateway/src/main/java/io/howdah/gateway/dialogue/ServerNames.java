package io.howdah.gateway.dialogue;

import io.howdah.gateway.sql.SettingNames;
import io.howdah.gateway.sql.Statement;
import io.howdah.gateway.sql.StatementKind;
import io.howdah.gateway.state.ClientStatement;
import io.howdah.gateway.state.Pin;
import io.howdah.gateway.state.ServerStatements;
import io.howdah.gateway.state.StatementEntry;
import io.howdah.gateway.state.UnnamedStatement;
import io.howdah.postgres.wire.FrontendType;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Leads the names that a client uses for prepared statements to the names that the server at hand knows, and prepares there what it
 * lacks, in front of the message that needs it.
 */
final class ServerNames {
    private final Conversation conversation;
    private final PreparedNames names;

    ServerNames(Conversation conversation) {
        this.conversation = conversation;
        this.names = conversation.names();
    }

    /** What the name means to requests sent now, provided that those before them succeed. */
    @Nullable
    ClientStatement find(ByteBuf in, int from, int to) {
        ClientStatement known = names.named().find(in, from, to);
        return known == null || known.isClosing() ? null : known;
    }

    /** From here on the server has none of the statements that it has prepared for the gateway. */
    void dropsAll(Statement statement) {
        ServerStatements onServer = names.onServer();
        boolean drops = statement.kind() == StatementKind.DEALLOCATE || statement.kind() == StatementKind.DISCARD;
        if (drops && onServer != null && SettingNames.object(statement).equals(SettingNames.ALL)) {
            onServer.clear();
        }
    }

    /** The server's unnamed statement is the client's when what is written next arrives there. */
    void restoreUnnamed(Outlet outlet) {
        UnnamedStatement unnamed = names.unnamed();
        if (!unnamed.isOnServer()) {
            conversation
                    .expected()
                    .addSwallowed(unnamed.exists() ? Expectations.PARSE : Expectations.CLOSE, Mark.RESTORE_UNNAMED);
            unnamed.restore(outlet.before());
        }
    }

    /**
     * A simple query that failed in a transaction leaves its portal behind under no name. An Execute of it makes PostgreSQL 15 look at
     * memory that it has freed: one client would take the sessions of all with it.
     */
    void closeUnnamedPortal(Outlet outlet) {
        outlet.before().writeByte(FrontendType.CLOSE).writeInt(6).writeByte('P').writeByte(0);
        conversation.expected().addSwallowed(Expectations.CLOSE, Expectations.PLAIN);
    }

    /** EXECUTE and DEALLOCATE may refer to a statement that was prepared by a message: the server gets it under that name. */
    void materialize(Statement statement, Outlet outlet) {
        boolean refers = statement.kind() == StatementKind.EXECUTE || statement.kind() == StatementKind.DEALLOCATE;
        if (!refers || conversation.status() == 'E' || conversation.segmentOpen()) {
            return;
        }
        ClientStatement known = names.named().find(SettingNames.object(statement));
        if (known == null || known.entry() == null || known.isMaterialized()) {
            return;
        }
        names.materialized(known);
        conversation.state().pin(Pin.SQL_STATEMENT);
        ByteBuf out = outlet.before();
        known.entry().writeParse(out, raw(known));
        out.writeByte(FrontendType.SYNC).writeInt(4);
        conversation.expected().addSwallowed(Expectations.PARSE, Mark.MATERIALIZE);
        conversation.expected().addSwallowed(Expectations.SYNC, Expectations.PLAIN);
    }

    /**
     * Writes the message up to its statement's name, which is replaced by the name that the server knows.
     *
     * @return what the request is about
     */
    Object rename(@Nullable ClientStatement known, ByteBuf in, int start, int from, int nameEnd, Outlet outlet) {
        ServerStatements onServer = names.onServer();
        if (known == null || known.entry() == null || onServer == null) {
            if (known == null) {
                hide(in, start, from, nameEnd, outlet);
            }
            return Expectations.PLAIN;
        }
        ByteBuf out = outlet.before();
        ServerStatements.Held held = prepared(known.entry(), onServer, out);
        writeRenamed(in, start, from, nameEnd, held.name(), out);
        outlet.skipTo(nameEnd);
        return held;
    }

    /** A name that a client cannot know must not be found on the server. */
    void hide(ByteBuf in, int start, int from, int nameEnd, Outlet outlet) {
        if (beginsWithPrefix(in, from, nameEnd)) {
            writeRenamed(in, start, from, nameEnd, new byte[] {'?'}, outlet.before());
            outlet.skipTo(nameEnd);
        }
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

    private static void writeRenamed(ByteBuf in, int start, int from, int nameEnd, byte[] name, ByteBuf out) {
        int length = in.getInt(start - 4) - (nameEnd - from) + name.length;
        out.writeByte(in.getByte(start - 5)).writeInt(length).writeBytes(in, start, from - start);
        out.writeBytes(name);
    }

    /** Sees to it that the server has the statement when what is written next arrives there. */
    ServerStatements.Held prepared(StatementEntry entry, ServerStatements onServer, ByteBuf out) {
        ServerStatements.Held held = onServer.find(entry);
        if (held != null && held.isCurrent()) {
            return held;
        }
        ServerStatements.Held added = prepareAnew(entry, held, onServer, out);
        conversation.expected().addSwallowed(Expectations.PARSE, new PreparedRequest(null, added));
        return added;
    }

    /** The client's own name, as bytes. */
    static byte[] raw(ClientStatement statement) {
        return statement.name().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Has the server prepare a statement for the first time. */
    ServerStatements.Held prepareAnew(
            StatementEntry entry, ServerStatements.@Nullable Held outdated, ServerStatements onServer, ByteBuf out) {
        discard(outdated, onServer, out);
        ServerStatements.Held added = onServer.add(entry);
        makeRoom(onServer, out);
        entry.writeParse(out, added.name());
        return added;
    }

    private void makeRoom(ServerStatements onServer, ByteBuf out) {
        discard(onServer.overflow(), onServer, out);
    }

    private void discard(ServerStatements.@Nullable Held held, ServerStatements onServer, ByteBuf out) {
        if (held != null) {
            onServer.remove(held);
            out.writeByte(FrontendType.CLOSE)
                    .writeInt(4 + 2 + held.name().length)
                    .writeByte('S')
                    .writeBytes(held.name())
                    .writeByte(0);
            conversation.expected().addSwallowed(Expectations.CLOSE, Expectations.PLAIN);
        }
    }
}
