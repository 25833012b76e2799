package io.howdah.gateway.classify;

import java.nio.charset.StandardCharsets;

/** What the comment in front of a statement asks for. */
public enum Hint {
    NONE("", ""),
    /** Also Pgpool-II's spelling. */
    PRIMARY("howdah:primary", "NO LOAD BALANCE"),
    /** A replica of any age, even when the gateway cannot tell that the statement only reads. */
    REPLICA("howdah:replica", ""),
    EVENTUAL("howdah:eventual", ""),
    SESSION("howdah:session", ""),
    STRICT("howdah:strict", "");

    private static final Hint[] ALL = values();

    private final byte[] spelling;
    private final byte[] otherSpelling;

    Hint(String spelling, String otherSpelling) {
        this.spelling = spelling.getBytes(StandardCharsets.US_ASCII);
        this.otherSpelling = otherSpelling.getBytes(StandardCharsets.US_ASCII);
    }

    /** The hint in a comment that begins at {@code from} and ends before {@code end}, both with their signs. */
    static Hint in(byte[] text, int from, int end) {
        int start = from + 2;
        while (start < end && text[start] <= ' ') {
            start++;
        }
        for (Hint hint : ALL) {
            if (begins(text, start, end, hint.spelling) || begins(text, start, end, hint.otherSpelling)) {
                return hint;
            }
        }
        return NONE;
    }

    /** Whether a comment begins with these words and something else than a letter follows. */
    private static boolean begins(byte[] text, int start, int end, byte[] words) {
        int length = words.length;
        if (length == 0 || start + length >= end) {
            return false;
        }
        for (int index = 0; index < length; index++) {
            int one = text[start + index];
            int other = words[index];
            if (one != other && !((one | 0x20) == (other | 0x20) && (one | 0x20) >= 'a' && (one | 0x20) <= 'z')) {
                return false;
            }
        }
        byte next = text[start + length];
        return next <= ' ' || next == '*';
    }
}
