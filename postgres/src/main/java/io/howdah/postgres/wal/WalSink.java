package io.howdah.postgres.wal;

/** Is told what a log says, in its order. */
public interface WalSink {
    /**
     * Rows of a relation have changed, or may have. Called again for each row.
     *
     * @param transaction the transaction or subtransaction
     */
    void changed(int transaction, int tablespace, int database, int number);

    /**
     * Relations have changed, and which cannot be told from the log.
     *
     * @param transaction 0 when it happened outside of transactions
     */
    void changedUnknown(int transaction);

    void ended(TransactionEnd end);
}
