package io.howdah.gateway.metrics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The statements that one event loop has seen, by shape, in a bounded table. When it is full, the tenth that took the least time makes room;
 * what they had done stays in the sums. Looking one up allocates nothing. Used on that loop only.
 */
public final class StatementTable {
    /** Power of two, at least twice as many as there are entries. */
    private final @Nullable StatementTally[] slots;

    private final int capacity;
    private final LongSupplier clockMillis;
    private int size;
    private QueryReport.Totals evicted = QueryReport.Totals.NOTHING;
    private long evictions;

    /** @param capacity how many shapes are kept */
    public StatementTable(int capacity, LongSupplier clockMillis) {
        this.capacity = capacity;
        this.slots = new StatementTally[Integer.highestOneBit(capacity) * 4];
        this.clockMillis = clockMillis;
    }

    /** Null when it is not known yet. */
    public @Nullable StatementTally find(long key) {
        return slots[slot(key)];
    }

    /** Adds one that is not known yet; makes room for it. */
    public StatementTally add(long key, String database, String user, Supplier<String> text) {
        if (size >= capacity) {
            makeRoom();
        }
        StatementTally added = new StatementTally(key, database, user, text.get(), clockMillis.getAsLong());
        slots[slot(key)] = added;
        size++;
        return added;
    }

    /** A request was answered; see {@link StatementTally#answered}. */
    public void answered(
            StatementTally tally, long nanos, long waited, long rows, long bytes, long errors, boolean standby) {
        if (tally.isEvicted()) {
            evicted = evicted.plus(new QueryReport.Totals(
                    1, nanos, nanos, waited, rows, bytes, errors, standby ? 0 : 1, standby ? 1 : 0));
        } else {
            tally.answered(nanos, waited, rows, bytes, errors, standby);
        }
    }

    public QueryReport report() {
        List<QueryReport.Query> queries = new ArrayList<>();
        for (StatementTally tally : slots) {
            if (tally != null) {
                queries.add(tally.report());
            }
        }
        return QueryReport.NOTHING.plus(new QueryReport(queries, evicted, evictions));
    }

    /** Where the key is, or would be. */
    private int slot(long key) {
        int mask = slots.length - 1;
        int at = (int) (key ^ (key >>> 32)) & mask;
        while (slots[at] != null && slots[at].key() != key) {
            at = (at + 1) & mask;
        }
        return at;
    }

    private void makeRoom() {
        List<StatementTally> all = new ArrayList<>(size);
        for (int at = 0; at < slots.length; at++) {
            if (slots[at] != null) {
                all.add(slots[at]);
                slots[at] = null;
            }
        }
        all.sort(Comparator.comparingLong(StatementTally::totalNanos));
        int leaving = Math.max(1, capacity / 10);
        for (StatementTally tally : all.subList(0, leaving)) {
            tally.evicted();
            evicted = evicted.plus(tally.totals());
            evictions++;
        }
        size = 0;
        for (StatementTally tally : all.subList(leaving, all.size())) {
            slots[slot(tally.key())] = tally;
            size++;
        }
    }
}
