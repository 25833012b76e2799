package io.howdah.kernel.election;

/**
 * Why somebody else is to lead, and how long it took to get to that decision. Each duration is measured by the node that
 * waited, on its own clock.
 *
 * @param words for the history of rules
 * @param heldMillis in a switchover: from the moment in which the old leader asked the gateways to hold statements until its
 *     PostgreSQL had stopped
 * @param detectedMillis from the old leader's last sign of life, or its order to succeed it, until an election was asked for
 * @param electedMillis from then until the winner was named
 */
public record Cause(Kind kind, String words, long heldMillis, long detectedMillis, long electedMillis) {
    /** What made it necessary. */
    public enum Kind {
        /** The leader handed over, because somebody asked for it or its tags demanded it. */
        SWITCHOVER,
        /** The leader was lost. */
        FAILOVER,
        /** An operator ordered it. */
        FORCED
    }

    static Cause switchover(String words, long heldMillis, long detectedMillis) {
        return new Cause(Kind.SWITCHOVER, words, heldMillis, detectedMillis, 0);
    }

    static Cause failover(String words, long detectedMillis) {
        return new Cause(Kind.FAILOVER, words, 0, detectedMillis, 0);
    }

    static Cause forced(String words, long electedMillis) {
        return new Cause(Kind.FORCED, words, 0, 0, electedMillis);
    }

    Cause electedAfter(long millis) {
        return new Cause(kind, words, heldMillis, detectedMillis, millis);
    }
}
