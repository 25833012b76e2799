package io.howdah.gateway.dialogue;

import io.howdah.gateway.cache.CacheQuestion;
import io.howdah.gateway.protocol.Names;
import io.howdah.gateway.sql.Statement;
import io.howdah.gateway.state.ClientStatement;
import io.howdah.gateway.state.StatementEntry;
import io.howdah.postgres.wire.FrontendType;
import io.howdah.postgres.wire.MessageFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests that the cache may know the answer to, before any of them is sent, and keeps the session's books when it does. One for
 * each session.
 */
public final class Questions {
    private static final int LONGEST = 16 << 10;

    private final Conversation conversation;
    private final List<byte[]> texts = new ArrayList<>(1);
    private boolean unnamedParsed;
    private boolean timed;

    public Questions(Conversation conversation) {
        this.conversation = conversation;
    }

    /** Whether the request that begins at {@code from} may begin with a comment: a look at a few bytes. */
    public boolean mayHaveHint(ByteBuf in, int from) {
        int end = in.writerIndex();
        int start = from + MessageFrame.HEADER_BYTES;
        return switch (in.getByte(from)) {
            case FrontendType.QUERY -> isComment(in, start, end);
            case FrontendType.PARSE -> {
                int nameEnd = Names.end(in, start, end);
                yield nameEnd >= 0 && isComment(in, nameEnd + 1, end);
            }
            case FrontendType.BIND -> {
                int portalEnd = Names.end(in, start, end);
                ClientStatement known = portalEnd < 0 ? null : named(in, portalEnd + 1, end);
                yield known != null && known.entry() != null && known.entry().beginsWithComment();
            }
            default -> false;
        };
    }

    private static boolean isComment(ByteBuf in, int from, int end) {
        int position = from;
        while (position < end && in.getByte(position) <= ' ' && in.getByte(position) > 0) {
            position++;
        }
        return position < end && in.getByte(position) == '/';
    }

    private @Nullable ClientStatement named(ByteBuf in, int from, int end) {
        int nameEnd = Names.end(in, from, end);
        return nameEnd <= from ? null : conversation.names().named().find(in, from, nameEnd);
    }

    /** The request that begins at {@code from}; empty when it is not there in full, or does more than ask. */
    public Optional<CacheQuestion> read(ByteBuf in, int from) {
        texts.clear();
        unnamedParsed = false;
        timed = false;
        ByteBuf key = Unpooled.buffer(256);
        int position = from;
        int last = Math.min(in.writerIndex(), from + LONGEST);
        while (last - position >= MessageFrame.HEADER_BYTES) {
            byte type = in.getByte(position);
            long next = position + 1L + in.getInt(position + 1);
            if (next > last || next < position + MessageFrame.HEADER_BYTES) {
                return Optional.empty();
            }
            int start = position + MessageFrame.HEADER_BYTES;
            int end = (int) next;
            if (type == FrontendType.QUERY) {
                if (position != from) {
                    return Optional.empty();
                }
                text(in, start, end - 1);
            } else if (!extended(type, in, start, end, key)) {
                return Optional.empty();
            }
            key.writeBytes(in, position, end - position);
            position = end;
            if (type == FrontendType.QUERY || type == FrontendType.SYNC) {
                return texts.isEmpty() ? Optional.empty() : Optional.of(question(end, key));
            }
        }
        return Optional.empty();
    }

    private CacheQuestion question(int end, ByteBuf key) {
        byte[] bytes = new byte[key.readableBytes()];
        key.readBytes(bytes);
        return new CacheQuestion(end, bytes, texts, timed);
    }

    private void text(ByteBuf in, int from, int to) {
        byte[] text = new byte[Math.max(0, to - from)];
        in.getBytes(from, text);
        texts.add(text);
    }

    /** Says whether the message only asks; writes the texts that it refers to in front of it. */
    private boolean extended(byte type, ByteBuf in, int start, int end, ByteBuf key) {
        return switch (type) {
            case FrontendType.PARSE -> parse(in, start, end);
            case FrontendType.BIND -> {
                int portalEnd = Names.end(in, start, end);
                int nameEnd = portalEnd < 0 ? -1 : Names.end(in, portalEnd + 1, end);
                boolean known = nameEnd >= 0 && refersTo(in, portalEnd + 1, nameEnd, key);
                timed |= known && CacheQuestion.mayBeTimes(bytes(in, nameEnd, end));
                yield known;
            }
            case FrontendType.DESCRIBE -> {
                int nameEnd = Names.end(in, start + 1, end);
                yield nameEnd >= 0 && (in.getByte(start) == 'P' || refersTo(in, start + 1, nameEnd, key));
            }
            case FrontendType.EXECUTE, FrontendType.SYNC -> true;
            default -> false;
        };
    }

    private boolean parse(ByteBuf in, int start, int end) {
        int textEnd = in.getByte(start) == 0 ? Names.end(in, start + 1, end) : -1;
        if (textEnd < 0 || unnamedParsed) {
            return false;
        }
        unnamedParsed = true;
        text(in, start + 1, textEnd);
        return true;
    }

    private boolean refersTo(ByteBuf in, int from, int nameEnd, ByteBuf key) {
        if (nameEnd == from) {
            return unnamedParsed;
        }
        ClientStatement known = conversation.names().named().find(in, from, nameEnd);
        StatementEntry entry = known == null || known.isClosing() || !known.isConfirmed() ? null : known.entry();
        if (entry == null) {
            return false;
        }
        entry.writeParse(key, new byte[0]);
        texts.add(entry.text());
        return true;
    }

    private static byte[] bytes(ByteBuf in, int from, int end) {
        byte[] bytes = new byte[end - from];
        in.getBytes(from, bytes);
        return bytes;
    }

    /** The gateway itself has answered the request that begins at {@code from}: the session is as if a server had. */
    public void answered(ByteBuf in, int from) {
        int start = from + MessageFrame.HEADER_BYTES;
        int end = from + 1 + in.getInt(from + 1);
        switch (in.getByte(from)) {
            case FrontendType.QUERY -> {
                conversation.names().unnamed().dropped();
                conversation.names().unnamed().leftServer();
            }
            case FrontendType.PARSE -> {
                conversation.names().unnamed().sent(in, start, end, true, Statement.PLAIN);
                conversation.names().unnamed().confirmed();
                conversation.names().unnamed().leftServer();
            }
            default -> {}
        }
    }
}
