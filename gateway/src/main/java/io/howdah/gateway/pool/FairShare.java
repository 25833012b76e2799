package io.howdah.gateway.pool;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Who has a claim to the connections to one server when there are fewer than wanted: the role that has the fewest comes first, then its
 * pool that has the fewest, then who has waited longest. So roles come to have equally many, except for what they do not want (max-min
 * fairness), and those beyond the limit take turns. Decisions only: no clock, no threads.
 *
 * @param limits that make connections scarce
 * @param open how many connections each pool has, those that are being opened included; pools with none may be missing
 */
record FairShare(ConnectionLimits limits, Map<PoolKey, Integer> open) {

    /** Whether a pool may have one more. */
    boolean hasRoom(PoolKey key) {
        return isBelow(limits.perServer(), _ -> true)
                && isBelow(limits.perDatabase(), other -> sameDatabase(other, key))
                && isBelow(limits.perRole(), other -> sameRole(other, key));
    }

    /** Whether the limits, which may have become lower, forbid one that a pool has. */
    boolean isOver(PoolKey key) {
        return isAbove(limits.perServer(), _ -> true)
                || isAbove(limits.perDatabase(), other -> sameDatabase(other, key))
                || isAbove(limits.perRole(), other -> sameRole(other, key));
    }

    /** Who gets the next connection: among claimants, in the order of their claims, that may have one more. */
    Optional<PoolKey> next(List<PoolKey> claimants) {
        return claimants.stream()
                .filter(this::hasRoom)
                .min(Comparator.comparingInt(this::ofRole).thenComparingInt(this::ofPool));
    }

    /**
     * Whether a connection that a pool is through with should be closed so that a claimant may open one.
     *
     * @param patient whether the claimant has waited long enough to take its turn although then somebody else has none
     */
    boolean owes(PoolKey holder, PoolKey claimant, boolean patient) {
        if (holder.equals(claimant) || !wouldHelp(holder, claimant)) {
            return false;
        }
        int own = sameRole(holder, claimant) ? ofPool(holder) : ofRole(holder);
        int other = sameRole(holder, claimant) ? ofPool(claimant) : ofRole(claimant);
        return own > other + 1 || (own > 0 && other == 0 && patient);
    }

    /** Whether each limit that keeps the claimant from opening a connection counts the holder's. */
    boolean wouldHelp(PoolKey holder, PoolKey claimant) {
        return (sameDatabase(holder, claimant) || isBelow(limits.perDatabase(), other -> sameDatabase(other, claimant)))
                && (sameRole(holder, claimant) || isBelow(limits.perRole(), other -> sameRole(other, claimant)));
    }

    private boolean isBelow(int limit, Predicate<PoolKey> counted) {
        return limit == 0 || count(counted) < limit;
    }

    private boolean isAbove(int limit, Predicate<PoolKey> counted) {
        return limit > 0 && count(counted) > limit;
    }

    private int ofRole(PoolKey key) {
        return count(other -> sameRole(other, key));
    }

    private int ofPool(PoolKey key) {
        return open.getOrDefault(key, 0);
    }

    private int count(Predicate<PoolKey> counted) {
        int count = 0;
        for (Map.Entry<PoolKey, Integer> each : open.entrySet()) {
            count += counted.test(each.getKey()) ? each.getValue() : 0;
        }
        return count;
    }

    private static boolean sameDatabase(PoolKey one, PoolKey other) {
        return one.databaseThere().equals(other.databaseThere());
    }

    private static boolean sameRole(PoolKey one, PoolKey other) {
        return one.role().equals(other.role());
    }
}
