package io.howdah.gateway.metrics;

/** What the clients of one database did on one event loop. Plain numbers: used on that loop only. */
public final class Traffic {
    private long transactions;
    private long queries;
    private long receivedBytes;
    private long sentBytes;
    private long transactionNanos;
    private long queryNanos;
    private long waitNanos;

    /** Bytes came from a client. */
    public void received(int bytes) {
        receivedBytes += bytes;
    }

    /** Bytes went to a client. */
    public void sent(int bytes) {
        sentBytes += bytes;
    }

    /** A request was answered. */
    public void query(long nanos) {
        queries++;
        queryNanos += nanos;
    }

    /** A transaction ended, or a request outside one. */
    public void transaction(long nanos) {
        transactions++;
        transactionNanos += nanos;
    }

    /** A request had to wait before it could be sent to a server. */
    public void waited(long nanos) {
        waitNanos += nanos;
    }

    public Totals totals() {
        return new Totals(transactions, queries, receivedBytes, sentBytes, transactionNanos, queryNanos, waitNanos);
    }

    /**
     * Sums since the gateway started.
     *
     * @param waitNanos for how long clients waited for a server connection
     */
    public record Totals(
            long transactions,
            long queries,
            long receivedBytes,
            long sentBytes,
            long transactionNanos,
            long queryNanos,
            long waitNanos) {
        public static final Totals NOTHING = new Totals(0, 0, 0, 0, 0, 0, 0);

        public Totals plus(Totals other) {
            return new Totals(
                    transactions + other.transactions,
                    queries + other.queries,
                    receivedBytes + other.receivedBytes,
                    sentBytes + other.sentBytes,
                    transactionNanos + other.transactionNanos,
                    queryNanos + other.queryNanos,
                    waitNanos + other.waitNanos);
        }

        public Totals minus(Totals other) {
            return new Totals(
                    transactions - other.transactions,
                    queries - other.queries,
                    receivedBytes - other.receivedBytes,
                    sentBytes - other.sentBytes,
                    transactionNanos - other.transactionNanos,
                    queryNanos - other.queryNanos,
                    waitNanos - other.waitNanos);
        }
    }
}
