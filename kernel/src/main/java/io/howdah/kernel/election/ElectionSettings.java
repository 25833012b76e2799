package io.howdah.kernel.election;

/**
 * The periods of the election, all in milliseconds of a monotonic clock. None of them matters for safety: they decide
 * only how soon a failure is noticed and how long stale reads are possible.
 *
 * @param statusMillis how often a node tells the others its status, and a leader renews its lease
 * @param suspectMillis how long a leader must be silent before a node suspects it; longer than the lease
 * @param leaseMillis how long a leader may serve after it asked, counted from the moment of asking
 * @param orphanMillis how long a standby that still receives the log waits for its leader's own process, which is known to
 *     have ended, to be started again
 * @param graceMillis how long a coordinator with a majority waits for members that have not answered yet
 * @param roundMillis how long a coordinator waits for a majority before it begins again
 * @param promiseeMillis how long a recruited node waits for a winner before it takes part in another round
 * @param promoteMillis how long a winner may take to become primary, and again to have its barrier confirmed
 * @param drainMillis how long a switchover waits for the gateways
 * @param handOverMillis how long everybody lets the chosen successor try first
 * @param switchoverMillis after how long a switchover without result is reported as failed
 * @param jitterMillis upper bound of the random delay before an election after silence
 * @param rankMillis by how much each less suitable node holds back when all learn of a failure at once
 * @param refollowMillis how long a standby may be without a stream from a live leader before it is told to follow anew
 * @param joinLagBytes how far behind a node may be when it becomes a member
 * @param priority preference among equally advanced candidates; the higher wins
 */
public record ElectionSettings(
        long statusMillis,
        long suspectMillis,
        long leaseMillis,
        long orphanMillis,
        long graceMillis,
        long roundMillis,
        long promiseeMillis,
        long promoteMillis,
        long drainMillis,
        long handOverMillis,
        long switchoverMillis,
        long jitterMillis,
        long rankMillis,
        long refollowMillis,
        long joinLagBytes,
        int priority) {
    public ElectionSettings {
        if (leaseMillis >= suspectMillis) {
            throw new IllegalArgumentException("a lease of %d ms outlives the %d ms after which a leader is suspected"
                    .formatted(leaseMillis, suspectMillis));
        }
    }

    /** The periods of the specification (research: "Suggested defaults"). */
    public static ElectionSettings defaults() {
        return new ElectionSettings(
                500, 3_000, 2_000, 10_000, 300, 5_000, 2_000, 10_000, 3_000, 1_000, 30_000, 300, 50, 5_000, 16L << 20,
                0);
    }
}
