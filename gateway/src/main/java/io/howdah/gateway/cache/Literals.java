package io.howdah.gateway.cache;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Strings that PostgreSQL reads as times that pass: 'now', 'today', 'tomorrow', 'yesterday' (manual, chapter 8.5.1.4), alone or with a time
 * of day beside. Pure.
 */
final class Literals {
    private static final List<byte[]> WORDS = List.of("now", "today", "tomorrow", "yesterday").stream()
            .map(word -> word.getBytes(StandardCharsets.US_ASCII))
            .toList();

    private Literals() {}

    static boolean mayBeTimes(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return mayBeTimes(bytes, 0, bytes.length);
    }

    /** Whether one of the words stands in {@code text[from, end)} without letters beside it. */
    static boolean mayBeTimes(byte[] text, int from, int end) {
        for (int position = from; position < end; position++) {
            boolean begins = position == from || !isLetter(text[position - 1]);
            if (begins && isLetter(text[position]) && isWord(text, position, end)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isWord(byte[] text, int from, int end) {
        for (byte[] word : WORDS) {
            int after = from + word.length;
            boolean same = after <= end && (after == end || !isLetter(text[after]));
            for (int index = 0; same && index < word.length; index++) {
                same = (text[from + index] | 0x20) == word[index];
            }
            if (same) {
                return true;
            }
        }
        return false;
    }

    private static boolean isLetter(byte character) {
        return (character | 0x20) >= 'a' && (character | 0x20) <= 'z';
    }
}
