package io.howdah.gateway.dialogue;

import io.howdah.gateway.sql.Statement;
import io.howdah.gateway.sql.StatementScanner;
import io.netty.buffer.ByteBuf;
import java.util.List;

/** Scans texts that lie in network buffers, through one array that all sessions of an event loop share. */
public final class TextReader {
    private static final int KEPT_BYTES = 16 << 10;

    private final StatementScanner scanner = new StatementScanner();
    private byte[] scratch = new byte[1 << 10];

    /** The statements of a text; one that would hide warnings is changed in the buffer ({@link StatementScanner#scan}). */
    List<Statement> scan(ByteBuf in, int from, int to) {
        int length = Math.max(0, to - from);
        byte[] target = scratch;
        if (length > target.length) {
            target = new byte[Math.max(length, Math.min(KEPT_BYTES, length * 2))];
            if (target.length <= KEPT_BYTES) {
                scratch = target;
            }
        }
        in.getBytes(from, target, 0, length);
        List<Statement> statements = scanner.scan(target, 0, length);
        if (scanner.hasQuietened()) {
            in.setBytes(from, target, 0, length);
        }
        return statements;
    }

    /** The first statement of a text, {@link Statement#PLAIN} when there is none. */
    Statement first(ByteBuf in, int from, int to) {
        List<Statement> statements = scan(in, from, to);
        return statements.isEmpty() ? Statement.PLAIN : statements.getFirst();
    }
}
