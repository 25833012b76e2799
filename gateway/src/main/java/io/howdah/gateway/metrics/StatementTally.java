package io.howdah.gateway.metrics;

/** What statements of one shape did, for one role in one database on one event loop. Plain numbers: used on that loop only. */
public final class StatementTally {
    private final long key;
    private final String database;
    private final String user;
    private final String text;
    private final long sinceMillis;
    private long calls;
    private long totalNanos;
    private long maximumNanos;
    private long waitNanos;
    private long rows;
    private long bytes;
    private long errors;
    private long onPrimary;
    private long onStandby;
    private boolean evicted;

    StatementTally(long key, String database, String user, String text, long sinceMillis) {
        this.key = key;
        this.database = database;
        this.user = user;
        this.text = text;
        this.sinceMillis = sinceMillis;
    }

    long key() {
        return key;
    }

    /** The shape, for people. */
    public String text() {
        return text;
    }

    long totalNanos() {
        return totalNanos;
    }

    boolean isEvicted() {
        return evicted;
    }

    void evicted() {
        evicted = true;
    }

    /**
     * A request was answered.
     *
     * @param nanos from its arrival to the end of its answer
     * @param waited how much of that it waited for a server connection
     */
    void answered(long nanos, long waited, long itsRows, long itsBytes, long itsErrors, boolean standby) {
        calls++;
        totalNanos += nanos;
        maximumNanos = Math.max(maximumNanos, nanos);
        waitNanos += waited;
        rows += itsRows;
        bytes += itsBytes;
        errors += itsErrors;
        if (standby) {
            onStandby++;
        } else {
            onPrimary++;
        }
    }

    QueryReport.Totals totals() {
        return new QueryReport.Totals(
                calls, totalNanos, maximumNanos, waitNanos, rows, bytes, errors, onPrimary, onStandby);
    }

    QueryReport.Query report() {
        return new QueryReport.Query(key, database, user, text, sinceMillis, totals());
    }
}
