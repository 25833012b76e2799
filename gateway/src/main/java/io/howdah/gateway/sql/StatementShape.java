package io.howdah.gateway.sql;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * What a text is apart from its constants: names in lower case, one blank where two words meet, {@code ?} for every constant and parameter
 * and for a whole list of them after IN or ARRAY, no comments. Two texts of one shape have the same hash. Constants never get into it, so no
 * password does. One pass by the lexical rules of the manual's chapter 4.1 with standard_conforming_strings on; with it off what
 * looks like words may be part of a constant, and nobody may ask.
 *
 * <p>An instance reads one text after the other on one thread. {@link #hash} allocates nothing.
 */
public final class StatementShape {
    /** What comes after so many bytes does not tell statements apart. */
    private static final int MOST_READ = 4 << 10;

    private static final int MOST_WRITTEN = 1 << 10;
    private static final long BASIS = 0xcbf29ce484222325L;
    private static final long FACTOR = 0x9e3779b97f4a7c15L;
    /** Makes the letters of eight bytes small ones; what else it changes it changes for all texts alike. */
    private static final long LOWER = 0x2020202020202020L;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final byte[] IN = {'i', 'n'};
    private static final byte[] NOTHING = new byte[0];

    /** What was written last, as far as blanks and lists depend on it. */
    private enum Last {
        START,
        WORD,
        CONSTANT,
        /** A parenthesis, a bracket, a dot or a cast, after which no blank comes. */
        TIGHT,
        OTHER
    }

    private final byte[] written = new byte[MOST_WRITTEN];
    private byte[] text = NOTHING;
    private int end;
    private boolean writes;
    private int length;
    private long hash;
    private Last last = Last.START;
    private boolean wordIsIn;
    private boolean comma;
    private boolean inList;

    /** Never 0. */
    public long hash(byte[] source, int from, int to) {
        read(source, from, to, false);
        return hash == 0 ? 1 : hash;
    }

    /** For people; texts that are very long end with dots. */
    public String text(byte[] source, int from, int to) {
        read(source, from, to, true);
        boolean cut = length == MOST_WRITTEN || to - from > MOST_READ;
        return new String(written, 0, length, StandardCharsets.UTF_8) + (cut ? " ..." : "");
    }

    private void read(byte[] source, int from, int to, boolean write) {
        text = source;
        end = Math.min(to, from + MOST_READ);
        writes = write;
        length = 0;
        hash = BASIS;
        last = Last.START;
        wordIsIn = false;
        comma = false;
        inList = false;
        int position = from;
        while (position < end) {
            position = token(position);
        }
        text = NOTHING;
    }

    private int token(int position) {
        byte character = text[position];
        if (Lexis.isNameStart(character)) {
            return word(position);
        }
        if (character >= '0' && character <= '9') {
            return number(position);
        }
        return switch (character) {
            case ' ', '\t', '\n', '\r', '\f', 0 -> position + 1;
            case '\'' -> constant(Lexis.afterQuoted(text, position, end, false));
            case '"' -> {
                int after = Lexis.afterQuoted(text, position, end, false);
                separate(false);
                put(position, after, false);
                last = Last.WORD;
                yield after;
            }
            case '$' -> dollar(position);
            case ',' -> {
                flushComma();
                comma = true;
                yield position + 1;
            }
            case '(', '[' -> open(position, character);
            case ')', ']' -> {
                flushComma();
                inList = false;
                put(character);
                last = Last.OTHER;
                yield position + 1;
            }
            case '.', ';' -> {
                flushComma();
                put(character);
                last = character == '.' ? Last.TIGHT : Last.OTHER;
                yield position + 1;
            }
            default -> commentOrOperator(position, character);
        };
    }

    private int word(int position) {
        int after = Lexis.afterName(text, position, end);
        if (after < end && text[after] == '\'' && after - position <= 2) {
            boolean escapes = after - position == 1 && (text[position] | 0x20) == 'e';
            boolean prefix = after - position == 1 || text[after - 1] == '&';
            if (prefix) {
                return constant(Lexis.afterQuoted(text, after, end, escapes));
            }
        }
        if (after + 1 < end
                && after - position == 1
                && (text[position] | 0x20) == 'u'
                && text[after] == '&'
                && text[after + 1] == '\'') {
            return constant(Lexis.afterQuoted(text, after + 1, end, false));
        }
        separate(false);
        put(position, after, true);
        wordIsIn = after - position == IN.length
                && (text[position] | 0x20) == IN[0]
                && (text[position + 1] | 0x20) == IN[1];
        last = Last.WORD;
        return after;
    }

    private int number(int from) {
        int position = from + 1;
        while (position < end && isNumeric(position)) {
            position++;
        }
        return constant(position);
    }

    /** Digits, a point, letters of 0x1F and 1e5, and the sign behind the e. */
    private boolean isNumeric(int position) {
        byte character = text[position];
        boolean sign = (character == '-' || character == '+') && (text[position - 1] | 0x20) == 'e';
        return character == '.' || sign || Lexis.isNamePart(character);
    }

    private int dollar(int position) {
        int after = Lexis.afterDollar(text, position, end);
        // Lexis stops before the digits of a parameter.
        while (after < end && text[after] >= '0' && text[after] <= '9') {
            after++;
        }
        return constant(after);
    }

    private int constant(int after) {
        if (inList && comma && last == Last.CONSTANT) {
            comma = false;
            return after;
        }
        separate(false);
        put((byte) '?');
        last = Last.CONSTANT;
        return after;
    }

    private int open(int position, byte character) {
        inList = character == '[' || (last == Last.WORD && wordIsIn && !comma);
        separate(last == Last.WORD && !comma && (character == '[' || !wordIsIn));
        put(character);
        last = Last.TIGHT;
        return position + 1;
    }

    private int commentOrOperator(int position, byte character) {
        if (character == '-' && Lexis.follows(text, position, end, '-')) {
            return Lexis.afterLine(text, position, end);
        }
        if (character == '/' && Lexis.follows(text, position, end, '*')) {
            return Lexis.afterComment(text, position, end);
        }
        if (character == ':') {
            boolean cast = Lexis.follows(text, position, end, ':');
            flushComma();
            put(character);
            if (cast) {
                put(character);
            }
            last = Last.TIGHT;
            return position + (cast ? 2 : 1);
        }
        int after = position + 1;
        while (after < end && isOperator(text[after]) && !beginsComment(after)) {
            after++;
        }
        // No operator ends with a sign, unless it has one of the special characters: "=-1" is a comparison.
        while (after > position + 1 && isSign(text[after - 1]) && !hasSpecial(position, after)) {
            after--;
        }
        separate(false);
        put(position, after, false);
        last = Last.OTHER;
        return after;
    }

    private static boolean isSign(byte character) {
        return character == '+' || character == '-';
    }

    private boolean hasSpecial(int from, int to) {
        for (int position = from; position < to; position++) {
            if ("~!@#%^&|`?".indexOf(text[position]) >= 0) {
                return true;
            }
        }
        return false;
    }

    private boolean beginsComment(int position) {
        return (text[position] == '-' && Lexis.follows(text, position, end, '-'))
                || (text[position] == '/' && Lexis.follows(text, position, end, '*'));
    }

    private static boolean isOperator(byte character) {
        return switch (character) {
            case '+', '-', '*', '/', '<', '>', '=', '~', '!', '@', '#', '%', '^', '&', '|', '`', '?' -> true;
            default -> false;
        };
    }

    private void flushComma() {
        if (comma) {
            comma = false;
            put((byte) ',');
            last = Last.OTHER;
        }
    }

    private void separate(boolean tight) {
        flushComma();
        if (writes && !tight && last != Last.START && last != Last.TIGHT) {
            write((byte) ' ');
        }
        wordIsIn = false;
    }

    /** A word or an operator. Where it ends is part of the hash, so blanks need not be. */
    private void put(int from, int to, boolean folds) {
        if (writes) {
            for (int position = from; position < to; position++) {
                byte character = text[position];
                write(folds && character >= 'A' && character <= 'Z' ? (byte) (character | 0x20) : character);
            }
            return;
        }
        long mixed = hash ^ (to - from);
        long fold = folds ? LOWER : 0;
        int position = from;
        while (to - position >= Long.BYTES) {
            mixed = mix(mixed, (long) LONGS.get(text, position) | fold);
            position += Long.BYTES;
        }
        if (position < to) {
            mixed = mix(mixed, rest(position, to) | fold);
        }
        hash = mixed;
    }

    /** Fewer bytes than a long has, the others 0. */
    private long rest(int from, int to) {
        if (from + Long.BYTES <= text.length) {
            return (long) LONGS.get(text, from) & (-1L >>> (Long.SIZE - Byte.SIZE * (to - from)));
        }
        long bytes = 0;
        for (int position = to - 1; position >= from; position--) {
            bytes = (bytes << Byte.SIZE) | (text[position] & 0xff);
        }
        return bytes;
    }

    private static long mix(long before, long bytes) {
        long product = (before ^ bytes) * FACTOR;
        return product ^ (product >>> 29);
    }

    private void put(byte character) {
        if (writes) {
            write(character);
        } else {
            hash = mix(hash, character);
        }
    }

    private void write(byte character) {
        if (length < MOST_WRITTEN) {
            written[length++] = character;
        }
    }
}
