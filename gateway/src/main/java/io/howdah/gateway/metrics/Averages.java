package io.howdah.gateway.metrics;

import io.howdah.gateway.metrics.Traffic.Totals;
import java.time.Duration;
import java.util.Map;

/**
 * What happened in a second on average: over the last full period, and before there is one since the start. Safe on every thread.
 */
public final class Averages {
    private Map<String, Totals> begin = Map.of();
    private Map<String, Totals> end = Map.of();
    private long beginNanos;
    private long endNanos;

    public Averages(long nowNanos) {
        beginNanos = nowNanos;
        endNanos = nowNanos;
    }

    /** A period ends. */
    public synchronized void observe(Map<String, Totals> totals, long nowNanos) {
        begin = end;
        beginNanos = endNanos;
        end = Map.copyOf(totals);
        endNanos = nowNanos;
    }

    /** @param now the sums of this moment */
    public synchronized Average of(String database, Totals now, long nowNanos) {
        boolean full = endNanos != beginNanos;
        Totals last = full ? end.getOrDefault(database, Totals.NOTHING) : now;
        Totals done = last.minus(begin.getOrDefault(database, Totals.NOTHING));
        long nanos = Math.max(1, (full ? endNanos : nowNanos) - beginNanos);
        double seconds = Math.max(0.001, nanos / (double) Duration.ofSeconds(1).toNanos());
        return new Average(
                Math.round(done.transactions() / seconds),
                Math.round(done.queries() / seconds),
                Math.round(done.receivedBytes() / seconds),
                Math.round(done.sentBytes() / seconds),
                done.transactionNanos() / Math.max(1, done.transactions()) / 1000,
                done.queryNanos() / Math.max(1, done.queries()) / 1000,
                Math.round(done.waitNanos() / 1000.0 / seconds));
    }

    /** Counts and bytes in a second, the mean duration of one, and how long all clients together waited in a second. */
    public record Average(
            long transactions,
            long queries,
            long receivedBytes,
            long sentBytes,
            long transactionMicros,
            long queryMicros,
            long waitMicros) {}
}
