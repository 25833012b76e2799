package io.howdah.gateway.dialogue;

import io.howdah.gateway.protocol.Names;
import io.howdah.gateway.sql.ListenText;
import io.howdah.gateway.sql.Statement;
import io.howdah.gateway.sql.StatementKind;
import io.howdah.postgres.wire.FrontendMessages;
import io.howdah.postgres.wire.FrontendType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Optional;

/** Messages that make a session listen, and what the server gets in their place. */
final class ListenMessages {
    private static final int LONGEST = 1 << 10;

    private ListenMessages() {}

    /** The channels to which a message would make the session listen. */
    static List<String> channels(
            Conversation conversation, TextReader texts, byte type, ByteBuf in, int start, int end) {
        if (conversation.skippingToSync() || conversation.status() == 'E') {
            return List.of();
        }
        return switch (type) {
            case FrontendType.QUERY -> channels(texts, in, start, end - 1);
            case FrontendType.PARSE -> {
                int nameEnd = Names.end(in, start, end);
                yield nameEnd < 0 ? List.of() : channels(texts, in, nameEnd + 1, Names.end(in, nameEnd + 1, end));
            }
            case FrontendType.EXECUTE -> {
                Statement statement = conversation.portals().find(in, start, Names.end(in, start, end));
                yield statement.kind() == StatementKind.SHARED_LISTEN
                        ? ListenText.channel(statement).stream().toList()
                        : List.of();
            }
            default -> List.of();
        };
    }

    /** Whether all statements of a text are LISTENs that the gateway carries out. */
    static boolean areShared(List<Statement> statements, ListenSharing sharing) {
        return !statements.isEmpty()
                && statements.getFirst().kind() == StatementKind.LISTEN
                && ListenText.areAll(statements)
                && statements.stream()
                        .flatMap(each -> ListenText.channel(each).stream())
                        .allMatch(sharing::isReady);
    }

    /** The channels of a text that consists of LISTENs; empty for any other, which costs no more than a look at its first letter. */
    private static List<String> channels(TextReader texts, ByteBuf in, int from, int end) {
        int start = from;
        while (start < end && in.getByte(start) <= ' ') {
            start++;
        }
        if (start >= end || end - start > LONGEST || (in.getByte(start) | 0x20) != 'l') {
            return List.of();
        }
        List<Statement> statements = texts.look(in, start, end);
        return ListenText.areAll(statements)
                ? statements.stream()
                        .map(ListenText::channel)
                        .flatMap(Optional::stream)
                        .toList()
                : List.of();
    }

    static void writeQuery(List<Statement> statements, ByteBuf out) {
        FrontendMessages.query(out, ListenText.standIn(statements));
    }

    /** A Parse message with another text; the caller owns it. */
    static ByteBuf parse(Statement statement, ByteBuf in, int start, int nameEnd, int textEnd, int end) {
        byte[] text = ListenText.standIn(List.of(statement));
        int length = Integer.BYTES + (nameEnd + 1 - start) + text.length + (end - textEnd);
        return Unpooled.buffer(1 + length)
                .writeByte(FrontendType.PARSE)
                .writeInt(length)
                .writeBytes(in, start, nameEnd + 1 - start)
                .writeBytes(text)
                .writeBytes(in, textEnd, end - textEnd);
    }
}
