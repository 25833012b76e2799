package io.howdah.gateway.sql;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads LISTEN statements that are simple enough for the gateway to carry out: a plain or quoted name that needs no truncation. Others
 * are left to the server. Pure.
 */
public final class ListenText {
    /** NAMEDATALEN of PostgreSQL, less the zero. */
    private static final int LONGEST_NAME_BYTES = 63;

    private static final Pattern LISTEN = Pattern.compile(
            "\\s*(?i:listen)(?:\\s+([A-Za-z_][A-Za-z0-9_$]*)|\\s*\"((?!\")[^\"\\x00]*+(?:\"\"[^\"\\x00]*+)*+)\")\\s*");

    private static final byte[] PREFIX = "UN".getBytes(StandardCharsets.US_ASCII);

    private ListenText() {}

    /** The channel that a LISTEN statement names, as the server would understand it. */
    public static Optional<String> channel(Statement statement) {
        Matcher matcher = LISTEN.matcher(new String(statement.text(), StandardCharsets.UTF_8));
        if (statement.kind() != StatementKind.LISTEN && statement.kind() != StatementKind.SHARED_LISTEN) {
            return Optional.empty();
        }
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String plain = matcher.group(1);
        String name = plain == null ? matcher.group(2).replace("\"\"", "\"") : plain.toLowerCase(Locale.ROOT);
        return name.getBytes(StandardCharsets.UTF_8).length <= LONGEST_NAME_BYTES
                ? Optional.of(name)
                : Optional.empty();
    }

    /** Whether all statements of a text are such. */
    public static boolean areAll(List<Statement> statements) {
        return !statements.isEmpty()
                && statements.stream().allMatch(statement -> channel(statement).isPresent());
    }

    /**
     * What a server is given instead: UNLISTEN of the same channel does nothing there, takes part in the transaction in the same way and
     * is answered in the same form.
     */
    public static byte[] standIn(List<Statement> statements) {
        int size = 0;
        for (Statement statement : statements) {
            size += PREFIX.length + statement.text().length + 1;
        }
        byte[] text = new byte[size - 1];
        int at = 0;
        for (Statement statement : statements) {
            if (at > 0) {
                text[at++] = ';';
            }
            byte[] original = statement.text();
            int spaces = 0;
            while (original[spaces] <= ' ') {
                spaces++;
            }
            System.arraycopy(original, 0, text, at, spaces);
            System.arraycopy(PREFIX, 0, text, at + spaces, PREFIX.length);
            System.arraycopy(original, spaces, text, at + spaces + PREFIX.length, original.length - spaces);
            at += PREFIX.length + original.length;
        }
        return text;
    }

    /** The same statement, carried out by the gateway. */
    public static Statement shared(Statement statement) {
        return new Statement(StatementKind.SHARED_LISTEN, statement.text());
    }
}
