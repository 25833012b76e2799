package io.howdah.postgres.wal;

import java.util.List;

/**
 * A transaction, or only a subtransaction, has ended.
 *
 * @param transaction its number, 32 bits without the epoch
 * @param subtransactions that share its fate
 * @param committed whether what it has changed counts; other sessions see it some time after the log says so
 */
public record TransactionEnd(int transaction, List<Integer> subtransactions, boolean committed) {
    public TransactionEnd {
        subtransactions = List.copyOf(subtransactions);
    }
}
