package io.howdah.gateway.metrics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The statements that took most of the time, by shape. There is room for so many only: those that took least make room for new ones, and
 * what they had done is in {@code evicted}, so that the sums of all are true. A shape that comes back begins anew; its {@code sinceMillis} says
 * from when on it is complete.
 *
 * @param evictions how often a shape had to make room
 */
public record QueryReport(List<Query> queries, Totals evicted, long evictions) {
    public static final QueryReport NOTHING = new QueryReport(List.of(), Totals.NOTHING, 0);

    public QueryReport {
        queries = List.copyOf(queries);
    }

    /**
     * One shape, for one role in one database.
     *
     * @param key the same on all gateways
     * @param sinceMillis since when it has been counted, milliseconds since 1970
     */
    public record Query(long key, String database, String user, String text, long sinceMillis, Totals totals) {
        Query plus(Query other) {
            return new Query(
                    key, database, user, text, Math.min(sinceMillis, other.sinceMillis), totals.plus(other.totals));
        }
    }

    /**
     * @param waitNanos how much of the time was waiting for a server connection
     * @param rows returned or changed
     * @param bytes of rows and copied data sent to clients
     */
    public record Totals(
            long calls,
            long totalNanos,
            long maximumNanos,
            long waitNanos,
            long rows,
            long bytes,
            long errors,
            long onPrimary,
            long onStandby) {
        public static final Totals NOTHING = new Totals(0, 0, 0, 0, 0, 0, 0, 0, 0);

        public Totals plus(Totals other) {
            return new Totals(
                    calls + other.calls,
                    totalNanos + other.totalNanos,
                    Math.max(maximumNanos, other.maximumNanos),
                    waitNanos + other.waitNanos,
                    rows + other.rows,
                    bytes + other.bytes,
                    errors + other.errors,
                    onPrimary + other.onPrimary,
                    onStandby + other.onStandby);
        }

        public long meanNanos() {
            return totalNanos / Math.max(1, calls);
        }
    }

    /** What both report together, the slowest in sum first. */
    public QueryReport plus(QueryReport other) {
        Map<Long, Query> all = new LinkedHashMap<>();
        queries.forEach(query -> all.put(query.key, query));
        other.queries.forEach(query -> all.merge(query.key, query, Query::plus));
        List<Query> sorted = new ArrayList<>(all.values());
        sorted.sort(Comparator.comparingLong((Query query) -> query.totals.totalNanos)
                .reversed());
        return new QueryReport(sorted, evicted.plus(other.evicted), evictions + other.evictions);
    }
}
