package io.howdah.gateway.dialogue;

import io.howdah.gateway.classify.Access;
import io.howdah.gateway.classify.Judgment;
import io.howdah.gateway.classify.NameTable;
import io.howdah.gateway.classify.Reason;
import io.howdah.gateway.protocol.Names;
import io.howdah.gateway.state.ClientStatement;
import io.howdah.postgres.wire.FrontendType;
import io.howdah.postgres.wire.MessageFrame;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * A look at a request before any of it is sent: a simple query, or the messages of an extended one up to their Sync. What is not there
 * to the end, or is too long to be kept, counts as unreadable. One for each session.
 */
public final class Outlook {
    /** Longer requests go to the primary: they would have to be kept in case a replica refuses them. */
    private static final int LONGEST = 16 << 10;

    private final Conversation conversation;
    private final TextReader texts;
    private final List<String> parsed = new ArrayList<>(0);
    private Judgment judgment = Judgment.unreadable();
    private boolean first;
    private boolean plain;
    private boolean unnamedParsed;
    private int end;

    /** @param texts of the event loop */
    public Outlook(Conversation conversation, TextReader texts) {
        this.conversation = conversation;
        this.texts = texts;
    }

    /** Of the request as a whole: a read only when all of its statements are. */
    public Judgment judgment() {
        return judgment;
    }

    /** It leaves nothing behind in the session. */
    public boolean isPlain() {
        return plain;
    }

    /** The position after the request's last message. */
    public int end() {
        return end;
    }

    /** The names that the request gives to prepared statements. */
    public List<String> parsed() {
        return List.copyOf(parsed);
    }

    /**
     * Looks at the request that begins at {@code from} with a message of this type.
     *
     * @param utf8 as in {@link io.howdah.gateway.classify.StatementClassifier#classify}
     */
    public void look(ByteBuf in, int from, NameTable names, boolean utf8) {
        judgment = Judgment.unreadable();
        parsed.clear();
        first = true;
        plain = true;
        unnamedParsed = false;
        Judgment seen = judgment;
        int position = from;
        int last = Math.min(in.writerIndex(), from + LONGEST);
        while (last - position >= MessageFrame.HEADER_BYTES) {
            byte type = in.getByte(position);
            long next = position + 1L + in.getInt(position + 1);
            if (next > last || next < position + MessageFrame.HEADER_BYTES) {
                return;
            }
            int start = position + MessageFrame.HEADER_BYTES;
            position = (int) next;
            switch (type) {
                case FrontendType.QUERY -> {
                    if (first) {
                        judgment = text(in, start, position - 1, names, utf8);
                        end = position;
                    }
                    return;
                }
                case FrontendType.PARSE -> seen = join(seen, parse(in, start, position, names, utf8));
                case FrontendType.BIND -> seen = join(seen, bind(in, start, position, names, utf8));
                case FrontendType.DESCRIBE -> seen = join(seen, describe(in, start, position, names, utf8));
                case FrontendType.EXECUTE -> {}
                case FrontendType.SYNC -> {
                    judgment = seen;
                    end = position;
                    return;
                }
                default -> {
                    return;
                }
            }
        }
    }

    private Judgment text(ByteBuf in, int start, int textEnd, NameTable names, boolean utf8) {
        Judgment found = texts.judge(in, start, textEnd, names, utf8);
        if (found.access() == Access.UNKNOWN && found.reason().mayBeInsistedOn()) {
            plain &= texts.isPlain(in, start, textEnd);
        }
        return found;
    }

    private Judgment join(Judgment before, Judgment next) {
        if (first) {
            first = false;
            return next;
        }
        boolean readOnlyTransaction = before.reason() == Reason.BEGIN_READ_ONLY && next.access() != Access.TRANSACTION;
        boolean keep = readOnlyTransaction || next.access() == Access.READ;
        if (keep) {
            return before;
        }
        // A transaction that begins behind something else is not known to be read-only from its start.
        return next.reason() == Reason.BEGIN_READ_ONLY ? Judgment.unreadable() : next;
    }

    private Judgment parse(ByteBuf in, int start, int messageEnd, NameTable names, boolean utf8) {
        int nameEnd = Names.end(in, start, messageEnd);
        int textEnd = nameEnd < 0 ? -1 : Names.end(in, nameEnd + 1, messageEnd);
        if (textEnd < 0) {
            return Judgment.unreadable();
        }
        if (nameEnd == start) {
            unnamedParsed = true;
        } else if (conversation.names().named().find(in, start, nameEnd) == null) {
            parsed.add(Names.read(in, start, nameEnd));
        } else {
            return Judgment.unreadable();
        }
        return text(in, nameEnd + 1, textEnd, names, utf8);
    }

    private Judgment bind(ByteBuf in, int start, int messageEnd, NameTable names, boolean utf8) {
        int portalEnd = Names.end(in, start, messageEnd);
        return portalEnd < 0 ? Judgment.unreadable() : statement(in, portalEnd + 1, messageEnd, names, utf8);
    }

    private Judgment describe(ByteBuf in, int start, int messageEnd, NameTable names, boolean utf8) {
        boolean statement = messageEnd > start && in.getByte(start) == 'S';
        return statement ? statement(in, start + 1, messageEnd, names, utf8) : read();
    }

    /** The statement that a message refers to; what this request itself has prepared is judged already. */
    private Judgment statement(ByteBuf in, int from, int messageEnd, NameTable names, boolean utf8) {
        int nameEnd = Names.end(in, from, messageEnd);
        if (nameEnd < 0) {
            return Judgment.unreadable();
        }
        if (nameEnd == from) {
            return unnamedParsed ? read() : Judgment.unreadable();
        }
        if (parsed.contains(Names.read(in, from, nameEnd))) {
            return read();
        }
        ClientStatement known = conversation.names().named().find(in, from, nameEnd);
        if (known == null || known.isClosing() || known.entry() == null) {
            return Judgment.unreadable();
        }
        plain &= known.statement().isPlain();
        return texts.judge(known.entry(), names, utf8);
    }

    private static Judgment read() {
        return Judgment.read();
    }
}
