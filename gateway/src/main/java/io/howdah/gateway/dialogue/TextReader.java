package io.howdah.gateway.dialogue;

import io.howdah.gateway.classify.Judgment;
import io.howdah.gateway.classify.NameTable;
import io.howdah.gateway.classify.StatementClassifier;
import io.howdah.gateway.sql.Statement;
import io.howdah.gateway.sql.StatementScanner;
import io.howdah.gateway.sql.StatementShape;
import io.howdah.gateway.state.StatementEntry;
import io.netty.buffer.ByteBuf;
import java.util.List;

/** Scans texts that lie in network buffers, through one array that all sessions of an event loop share. */
public final class TextReader {
    private static final int KEPT_BYTES = 16 << 10;

    private final StatementScanner scanner = new StatementScanner();
    private final StatementClassifier classifier = new StatementClassifier();
    private final StatementShape shapes = new StatementShape();
    private byte[] scratch = new byte[1 << 10];

    /** The statements of a text; one that would hide warnings is changed in the buffer ({@link StatementScanner#scan}). */
    List<Statement> scan(ByteBuf in, int from, int to) {
        int length = Math.max(0, to - from);
        byte[] text = copy(in, from, length);
        List<Statement> statements = scanner.scan(text, 0, length);
        if (scanner.hasQuietened()) {
            in.setBytes(from, text, 0, length);
        }
        return statements;
    }

    /** The statements of a text; changes nothing. */
    List<Statement> look(ByteBuf in, int from, int to) {
        int length = Math.max(0, to - from);
        return scanner.scan(copy(in, from, length), 0, length);
    }

    /** Where the statement of a text may go. */
    Judgment judge(ByteBuf in, int from, int to, NameTable names, boolean utf8) {
        int length = Math.max(0, to - from);
        return classifier.classify(copy(in, from, length), 0, length, names, utf8);
    }

    /** Whether all statements of a text leave nothing behind in the session; changes nothing. */
    boolean isPlain(ByteBuf in, int from, int to) {
        return look(in, from, to).stream().allMatch(Statement::isPlain);
    }

    /** The hash of a text without its constants. */
    public long shape(ByteBuf in, int from, int to) {
        int length = Math.max(0, to - from);
        return shapes.hash(copy(in, from, length), 0, length);
    }

    /** A text without its constants. */
    public String shapeText(ByteBuf in, int from, int to) {
        int length = Math.max(0, to - from);
        return shapes.text(copy(in, from, length), 0, length);
    }

    public StatementShape shapes() {
        return shapes;
    }

    Judgment judge(StatementEntry entry, NameTable names, boolean utf8) {
        return entry.judgment(classifier, names, utf8);
    }

    private byte[] copy(ByteBuf in, int from, int length) {
        byte[] target = scratch;
        if (length > target.length) {
            target = new byte[Math.max(length, Math.min(KEPT_BYTES, length * 2))];
            if (target.length <= KEPT_BYTES) {
                scratch = target;
            }
        }
        in.getBytes(from, target, 0, length);
        return target;
    }

    /** The first statement of a text, {@link Statement#PLAIN} when there is none. */
    Statement first(ByteBuf in, int from, int to) {
        List<Statement> statements = scan(in, from, to);
        return statements.isEmpty() ? Statement.PLAIN : statements.getFirst();
    }
}
