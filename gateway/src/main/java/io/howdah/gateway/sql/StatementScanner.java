package io.howdah.gateway.sql;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a query text into statements and names the kind of each. One pass, following the lexical rules of the manual's chapter 4.1
 * (quotes, dollar quotes, nested comments) with standard_conforming_strings on.
 *
 * <p>An instance scans one text after the other on one thread.
 */
public final class StatementScanner {
    private static final List<Statement> ONE_PLAIN = List.of(Statement.PLAIN);
    private static final List<Statement> ONE_BEGIN = List.of(Statement.BEGIN);
    private static final List<Statement> ONE_COMMIT = List.of(Statement.COMMIT);
    private static final List<Statement> ONE_ROLLBACK = List.of(Statement.ROLLBACK);

    private byte[] text = new byte[0];
    private int end;
    private boolean quietened;
    private final StatementWords words = new StatementWords();

    /**
     * The statements of {@code source[from, to)}; an empty text has none. Ordinary single statements are shared objects. Those that
     * would hide warnings are changed in the source ({@link MessageLevels}); what is returned has their text as it was.
     */
    public List<Statement> scan(byte[] source, int from, int to) {
        text = source;
        end = to;
        Statement first = Statement.PLAIN;
        List<Statement> all = List.of();
        quietened = false;
        int count = 0;
        int position = from;
        while (position < to) {
            words.reset(source);
            int start = position;
            position = scanStatement(position);
            if (!words.isEmpty()) {
                Statement statement = words.statement(start, position);
                if (words.mayQuieten()
                        && isSetting(statement.kind())
                        && MessageLevels.soften(source, start, position)) {
                    quietened = true;
                }
                if (count == 0) {
                    first = statement;
                } else {
                    if (count == 1) {
                        all = new ArrayList<>();
                        all.add(first);
                    }
                    all.add(statement);
                }
                count++;
            }
            position++;
        }
        text = Statement.PLAIN.text();
        if (count == 0) {
            return List.of();
        }
        return count == 1 ? single(first) : all;
    }

    /** Whether the last scan has changed its source. */
    public boolean hasQuietened() {
        return quietened;
    }

    /** Elsewhere what looks like a level may be data. */
    private static boolean isSetting(StatementKind kind) {
        return switch (kind) {
            case SET, LOCAL_MESSAGES, UNREADABLE_SETTING, OPAQUE -> true;
            default -> false;
        };
    }

    private static List<Statement> single(Statement statement) {
        return switch (statement.kind()) {
            case PLAIN -> ONE_PLAIN;
            case BEGIN -> ONE_BEGIN;
            case COMMIT -> ONE_COMMIT;
            case ROLLBACK -> ONE_ROLLBACK;
            default -> List.of(statement);
        };
    }

    /** Moves over one statement and returns the position of the semicolon after it, or the end. */
    private int scanStatement(int from) {
        int position = from;
        int parentheses = 0;
        while (position < end) {
            byte character = text[position];
            if (Lexis.isNameStart(character)) {
                int start = position;
                position = Lexis.afterName(text, position, end);
                words.add(start, position);
                if (position - start == 1 && (character | 0x20) == 'e' && position < end && text[position] == '\'') {
                    position = Lexis.afterQuoted(text, position, end, true);
                }
                continue;
            }
            switch (character) {
                case ';' -> {
                    if (parentheses == 0 && !words.inAtomicBody()) {
                        return position;
                    }
                }
                case '(' -> parentheses++;
                case ')' -> parentheses = Math.max(0, parentheses - 1);
                case '\'' -> position = Lexis.afterQuoted(text, position, end, false) - 1;
                case '"' -> {
                    int start = position;
                    position = Lexis.afterQuoted(text, position, end, false);
                    words.addQuoted(start, position);
                    position--;
                }
                case '$' -> {
                    words.touch();
                    position = Lexis.afterDollar(text, position, end) - 1;
                }
                case '-' -> {
                    if (Lexis.follows(text, position, end, '-')) {
                        position = Lexis.afterLine(text, position, end) - 1;
                    }
                }
                case '/' -> {
                    if (Lexis.follows(text, position, end, '*')) {
                        position = Lexis.afterComment(text, position, end) - 1;
                    }
                }
                default -> {
                    if (character > ' ') {
                        words.touch();
                    }
                }
            }
            position++;
        }
        return Math.min(position, end);
    }
}
