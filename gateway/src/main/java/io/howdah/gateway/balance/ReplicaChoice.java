package io.howdah.gateway.balance;

import io.howdah.gateway.route.Backend;
import io.howdah.gateway.route.Routes;
import io.howdah.kernel.model.Cell;
import io.howdah.kernel.model.Lsn;
import java.time.Duration;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.ToIntFunction;

/**
 * Chooses the replica for a read: of those that are near enough to the primary the one in the gateway's own cell that has least to do for
 * its weight. Pure.
 */
public final class ReplicaChoice {
    /** What was found out longer ago says nothing. */
    private static final Duration STALE = Duration.ofSeconds(3);
    /** A replica that has just come gets this part of its share. */
    private static final double FIRST_SHARE = 0.1;

    private final Cell cell;
    private final DoubleSupplier random;

    /** @param random between 0 and 1, to choose among those that have equally little to do */
    public ReplicaChoice(Cell cell, DoubleSupplier random) {
        this.cell = cell;
        this.random = random;
    }

    /**
     * @param minimum what the replica must have replayed; {@link Lsn#ZERO} for anything within the limits
     * @param outstanding how many requests a replica serves at the moment
     */
    public Optional<Backend> choose(
            Routes routes,
            Positions positions,
            BalanceSettings settings,
            Lsn minimum,
            ToIntFunction<Backend> outstanding,
            long nowNanos) {
        Backend best = null;
        double bestLoad = 0;
        double equals = 0;
        for (int index = 0; index < routes.replicas().size(); index++) {
            Backend candidate = routes.replicas().get(index);
            Progress progress = positions.replicas().get(candidate.node());
            if (progress == null || !isFit(progress, settings, minimum, nowNanos)) {
                continue;
            }
            double weight = settings.weight(candidate.node()) * share(progress, settings, nowNanos);
            if (weight == 0) {
                continue;
            }
            double load = outstanding.applyAsInt(candidate) / weight;
            int order = best == null ? -1 : compare(candidate, load, best, bestLoad);
            if (order <= 0) {
                equals = order == 0 ? equals + weight : weight;
            }
            if (order < 0 || (order == 0 && random.getAsDouble() * equals < weight)) {
                best = candidate;
                bestLoad = load;
            }
        }
        return Optional.ofNullable(best);
    }

    /** Negative when the candidate is better. */
    private int compare(Backend candidate, double load, Backend best, double bestLoad) {
        if (isNear(candidate) != isNear(best)) {
            return isNear(candidate) ? -1 : 1;
        }
        return Double.compare(load, bestLoad);
    }

    private boolean isNear(Backend candidate) {
        return candidate.cell().equals(cell);
    }

    private static boolean isFit(Progress progress, BalanceSettings settings, Lsn minimum, long nowNanos) {
        return !progress.replayed().isBefore(minimum)
                && progress.lagBytes() <= settings.maximumLagBytes()
                && progress.lagNanos() <= settings.maximumLag().toNanos()
                && nowNanos - progress.readNanos() <= STALE.toNanos();
    }

    /** Rises from a tenth to the whole while it is new: its caches are cold. */
    private static double share(Progress progress, BalanceSettings settings, long nowNanos) {
        long newForNanos = settings.slowStart().toNanos();
        long ageNanos = nowNanos - progress.sinceNanos();
        if (newForNanos == 0 || ageNanos >= newForNanos) {
            return 1;
        }
        return FIRST_SHARE + (1 - FIRST_SHARE) * Math.max(0, ageNanos) / newForNanos;
    }
}
