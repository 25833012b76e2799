package io.howdah.gateway.sql;

import java.util.Arrays;

/**
 * Where the lexical elements of SQL end: the rules of the manual's chapter 4.1 (Lexical Structure) over the bytes of a text that lies
 * in {@code text[.., end)}, with standard_conforming_strings on. Every method returns the position after the element, {@code end} when
 * it is not closed. Pure.
 */
public final class Lexis {
    private static final byte NAME_START = 2;
    private static final byte NAME_PART = 1;
    /** What each byte may be in a name. */
    private static final byte[] NAMES = names();

    private Lexis() {}

    private static byte[] names() {
        byte[] kinds = new byte[256];
        for (int character = 0; character < kinds.length; character++) {
            boolean letter = (character | 0x20) >= 'a' && (character | 0x20) <= 'z';
            if (character >= 0x80 || character == '_' || (character < 0x80 && letter)) {
                kinds[character] = NAME_START;
            } else if (character == '$' || (character >= '0' && character <= '9')) {
                kinds[character] = NAME_PART;
            }
        }
        return kinds;
    }

    public static boolean isNameStart(byte character) {
        return NAMES[character & 0xff] == NAME_START;
    }

    public static boolean isNamePart(byte character) {
        return NAMES[character & 0xff] != 0;
    }

    private static boolean isTagPart(byte character) {
        return isNameStart(character) || (character >= '0' && character <= '9');
    }

    public static boolean follows(byte[] text, int position, int end, char next) {
        return position + 1 < end && text[position + 1] == next;
    }

    public static int afterName(byte[] text, int from, int end) {
        int position = from;
        while (position < end && isNamePart(text[position])) {
            position++;
        }
        return position;
    }

    /** After a string or a quoted name that begins at {@code from}. */
    public static int afterQuoted(byte[] text, int from, int end, boolean escapes) {
        byte quote = text[from];
        int position = from + 1;
        while (position < end) {
            byte character = text[position];
            if (character == quote) {
                if (!follows(text, position, end, (char) quote)) {
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

    public static int afterLine(byte[] text, int from, int end) {
        int position = from;
        while (position < end && text[position] != '\n' && text[position] != '\r') {
            position++;
        }
        return position;
    }

    /** After a comment, which may contain others. */
    public static int afterComment(byte[] text, int from, int end) {
        int depth = 0;
        int position = from;
        while (position < end) {
            if (text[position] == '/' && follows(text, position, end, '*')) {
                depth++;
                position += 2;
            } else if (text[position] == '*' && follows(text, position, end, '/')) {
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
    public static int afterDollar(byte[] text, int from, int end) {
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
