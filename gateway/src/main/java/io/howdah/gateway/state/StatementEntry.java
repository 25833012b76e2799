package io.howdah.gateway.state;

import io.howdah.gateway.classify.Judgment;
import io.howdah.gateway.classify.NameTable;
import io.howdah.gateway.classify.StatementClassifier;
import io.howdah.gateway.sql.StatementShape;
import io.howdah.postgres.wire.FrontendType;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a Parse message asks for, without the name: text and parameter types. Interned: all clients of an event loop that prepare the
 * same share it, and each server connection prepares it at most once.
 */
public final class StatementEntry {
    /** The body of the Parse message after the name. */
    private final byte[] body;

    private final int hash;
    /** Counts how often servers said that what they had prepared is out of date. */
    private int edition;

    private @Nullable Judgment judgment;
    private NameTable judgedBy = NameTable.KEYWORDS;
    private boolean judgedAsUtf8;
    /** 0 until somebody asks. */
    private long shape;

    public StatementEntry(ByteBuf in, int from, int to) {
        body = new byte[to - from];
        in.getBytes(from, body);
        hash = Arrays.hashCode(body);
    }

    /** Writes the Parse message that makes a server prepare it under a name. */
    public void writeParse(ByteBuf out, byte[] name) {
        out.writeByte(FrontendType.PARSE)
                .writeInt(4 + name.length + 1 + body.length)
                .writeBytes(name)
                .writeByte(0)
                .writeBytes(body);
    }

    /** Where it may go; remembered until other names are known. */
    public Judgment judgment(StatementClassifier classifier, NameTable names, boolean utf8) {
        Judgment known = judgment;
        if (known == null || !names.equals(judgedBy) || utf8 != judgedAsUtf8) {
            known = classifier.classify(body, 0, textEnd(), names, utf8);
            judgment = known;
            judgedBy = names;
            judgedAsUtf8 = utf8;
        }
        return known;
    }

    /** The hash of its text without constants; remembered. */
    public long shape(StatementShape reader) {
        if (shape == 0) {
            shape = reader.hash(body, 0, textEnd());
        }
        return shape;
    }

    /** Its text without constants. */
    public String shapeText(StatementShape reader) {
        return reader.text(body, 0, textEnd());
    }

    private int textEnd() {
        int end = 0;
        while (end < body.length && body[end] != 0) {
            end++;
        }
        return end;
    }

    /** The statement's text. */
    public byte[] text() {
        return Arrays.copyOf(body, textEnd());
    }

    /** Whether the text may begin with a comment. */
    public boolean beginsWithComment() {
        int position = 0;
        while (position < body.length && body[position] <= ' ' && body[position] > 0) {
            position++;
        }
        return position < body.length && body[position] == '/';
    }

    int edition() {
        return edition;
    }

    /** A server said that what it had prepared is out of date: no server's is good any more. */
    public void outdated() {
        edition++;
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof StatementEntry other && hash == other.hash && Arrays.equals(body, other.body);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
