package io.howdah.kernel.model;

import java.util.Comparator;

/**
 * Whether the cluster elects leaders by itself: an operator's word, which every node keeps and passes on. Of two words the
 * newer counts; the version says which that is, and for the rare case of two operators at the same moment the rest decides,
 * the same way on every node.
 *
 * <p>It never matters for safety: a node that has not heard of it yet only elects when it should not, as it always did.
 *
 * @param version rises with each word; 0 when nobody has said anything
 * @param on whether elections are paused
 * @param untilEpochMillis when the pause ends by itself, by the wall clock; 0 when an operator ends it
 * @param reason in the operator's words
 */
public record Pause(long version, boolean on, long untilEpochMillis, String reason) {
    public static final Pause NEVER = new Pause(0, false, 0, "");

    private static final Comparator<Pause> BY_AGE = Comparator.comparingLong(Pause::version)
            .thenComparing(Pause::on)
            .thenComparingLong(Pause::untilEpochMillis)
            .thenComparing(Pause::reason);

    public boolean supersedes(Pause other) {
        return BY_AGE.compare(this, other) > 0;
    }

    /** The next word. */
    public Pause paused(long until, String why) {
        return new Pause(version + 1, true, until, why);
    }

    /** The next word. */
    public Pause resumed(String why) {
        return new Pause(version + 1, false, 0, why);
    }

    public boolean isOverAt(long epochMillis) {
        return on && untilEpochMillis > 0 && epochMillis >= untilEpochMillis;
    }
}
