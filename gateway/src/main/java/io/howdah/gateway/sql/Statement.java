package io.howdah.gateway.sql;

import java.nio.charset.StandardCharsets;

/**
 * One statement of a query text.
 *
 * @param kind what it does to the session
 * @param text the statement as the client wrote it, in the client's encoding; empty for kinds whose text does not matter
 */
@SuppressWarnings("ArrayRecordComponent") // bytes of the wire, never compared
public record Statement(StatementKind kind, byte[] text) {
    private static final byte[] NO_TEXT = new byte[0];

    /** Shared, so that ordinary traffic allocates nothing. */
    public static final Statement PLAIN = new Statement(StatementKind.PLAIN, NO_TEXT);

    static final Statement BEGIN = new Statement(StatementKind.BEGIN, NO_TEXT);
    static final Statement COMMIT = new Statement(StatementKind.COMMIT, NO_TEXT);
    static final Statement ROLLBACK = new Statement(StatementKind.ROLLBACK, NO_TEXT);

    static final Statement SHOW_MESSAGES = new Statement(StatementKind.SHOW_MESSAGES, NO_TEXT);
    static final Statement DROP = new Statement(StatementKind.DROP, NO_TEXT);
    static final Statement OPAQUE = new Statement(StatementKind.OPAQUE, NO_TEXT);
    static final Statement SEQUENCE_STATE = new Statement(StatementKind.SEQUENCE_STATE, NO_TEXT);

    public boolean isPlain() {
        return kind == StatementKind.PLAIN;
    }

    /** The text with one character per byte, which is enough to read keywords and unquoted names. */
    public String readable() {
        return new String(text, StandardCharsets.ISO_8859_1);
    }
}
