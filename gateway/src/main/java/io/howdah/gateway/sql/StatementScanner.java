package io.howdah.gateway.sql;

import java.util.ArrayList;
import java.util.Arrays;
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
    private final StatementWords words = new StatementWords();

    /** The statements of {@code source[from, to)}; an empty text has none. Ordinary single statements are shared objects. */
    public List<Statement> scan(byte[] source, int from, int to) {
        text = source;
        end = to;
        Statement first = Statement.PLAIN;
        List<Statement> all = List.of();
        int count = 0;
        int position = from;
        while (position < to) {
            words.reset(source);
            int start = position;
            position = scanStatement(position);
            if (!words.isEmpty()) {
                Statement statement = words.statement(start, position);
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
            if (isNameStart(character)) {
                int start = position;
                position = afterName(position);
                words.add(start, position);
                if (position - start == 1 && (character | 0x20) == 'e' && position < end && text[position] == '\'') {
                    position = afterQuoted(position, true);
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
                case '\'' -> position = afterQuoted(position, false) - 1;
                case '"' -> {
                    int start = position;
                    position = afterQuoted(position, false);
                    words.addQuoted(start, position);
                    position--;
                }
                case '$' -> position = afterDollar(position) - 1;
                case '-' -> position = follows(position, '-') ? afterLine(position) - 1 : position;
                case '/' -> position = follows(position, '*') ? afterComment(position) - 1 : position;
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

    private boolean follows(int position, char next) {
        return position + 1 < end && text[position + 1] == next;
    }

    private static boolean isNameStart(byte character) {
        return character < 0 || character == '_' || ((character | 0x20) >= 'a' && (character | 0x20) <= 'z');
    }

    private static boolean isTagPart(byte character) {
        return isNameStart(character) || (character >= '0' && character <= '9');
    }

    private int afterName(int from) {
        int position = from;
        while (position < end) {
            byte character = text[position];
            if (!isNameStart(character) && character != '$' && (character < '0' || character > '9')) {
                break;
            }
            position++;
        }
        return position;
    }

    private int afterQuoted(int from, boolean escapes) {
        byte quote = text[from];
        int position = from + 1;
        while (position < end) {
            byte character = text[position];
            if (character == quote) {
                if (!follows(position, (char) quote)) {
                    return position + 1;
                }
                position++;
            } else if (escapes && character == '\\') {
                position++;
            }
            position++;
        }
        return end;
    }

    private int afterLine(int from) {
        int position = from;
        while (position < end && text[position] != '\n' && text[position] != '\r') {
            position++;
        }
        return position;
    }

    private int afterComment(int from) {
        int depth = 0;
        int position = from;
        while (position < end) {
            if (text[position] == '/' && follows(position, '*')) {
                depth++;
                position += 2;
            } else if (text[position] == '*' && follows(position, '/')) {
                depth--;
                position += 2;
                if (depth == 0) {
                    return position;
                }
            } else {
                position++;
            }
        }
        return end;
    }

    /** After a dollar-quoted text, or just after the sign of a parameter such as $1. */
    private int afterDollar(int from) {
        words.touch();
        int tagEnd = from + 1;
        if (tagEnd < end && text[tagEnd] >= '0' && text[tagEnd] <= '9') {
            return tagEnd;
        }
        while (tagEnd < end && text[tagEnd] != '$' && isTagPart(text[tagEnd])) {
            tagEnd++;
        }
        if (tagEnd >= end || text[tagEnd] != '$') {
            return from + 1;
        }
        int length = tagEnd + 1 - from;
        for (int position = tagEnd + 1; position + length <= end; position++) {
            if (text[position] == '$' && Arrays.equals(text, position, position + length, text, from, from + length)) {
                return position + length;
            }
        }
        return end;
    }
}
