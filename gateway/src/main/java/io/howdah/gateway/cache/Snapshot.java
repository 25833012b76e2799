package io.howdah.gateway.cache;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which transactions a reader of this moment sees, pg_current_snapshot(). Numbers are compared by their lower 32 bits, as the log has them.
 *
 * @param next transactions from this number on had not begun
 * @param running those before it that had not ended
 */
record Snapshot(int next, Set<Integer> running) {
    Snapshot {
        running = Set.copyOf(running);
    }

    /** Reads {@code xmin:xmax:xip,xip}. */
    static Snapshot parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("'%s' is not a snapshot such as 10:20:10,14".formatted(text));
        }
        return new Snapshot(
                (int) Long.parseLong(parts[1]),
                Arrays.stream(parts[2].split(","))
                        .filter(number -> !number.isEmpty())
                        .map(number -> (int) Long.parseLong(number))
                        .collect(Collectors.toUnmodifiableSet()));
    }

    /** Whoever reads from now on sees what the transaction has done, or that it was rolled back. */
    boolean hasEnded(int transaction) {
        return isBefore(transaction, next) && !running.contains(transaction);
    }

    /** Numbers of transactions go round. */
    static boolean isBefore(int one, int other) {
        return one - other < 0;
    }
}
