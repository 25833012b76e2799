package io.howdah.cli.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the word that was probably meant, by edit distance. */
public final class Nearest {
    private Nearest() {}

    /** The closest candidate, if it is close enough to be worth a suggestion. */
    public static Optional<String> to(String word, Collection<String> candidates) {
        return candidates.stream()
                .filter(candidate -> candidate.startsWith(word)
                        || distance(word, candidate) <= Math.max(1, Math.min(word.length(), candidate.length()) / 2))
                .min(Comparator.comparingInt(
                        (String candidate) -> candidate.startsWith(word) ? 0 : distance(word, candidate)));
    }

    private static int distance(String left, String right) {
        int[] previous = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int[] current = new int[right.length() + 1];
            current[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int substitution = previous[j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(substitution, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[right.length()];
    }
}
