package io.howdah.gateway.cache;

/**
 * Counts the changes of one thing that answers depend on: a table's rows, or all definitions of a database. Changed by the thread that
 * follows the log, under the {@link ChangeLedger}'s lock; read by all.
 */
final class ChangeMark {
    private volatile long version;
    private volatile int unsettled;

    /** How often it has changed. What was read when it was less is out of date. */
    long version() {
        return version;
    }

    /** The last changes can be seen by everybody who reads from now on; the log says so before that is true. */
    boolean isSettled() {
        return unsettled == 0;
    }

    /** A change was committed, which others may not see yet. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes at a time
    void changed() {
        // In this order: whoever reads the new version also finds it unsettled.
        unsettled++;
        version++;
    }

    /** Whoever reads from now on sees {@code changes} of them. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes at a time
    void settled(int changes) {
        unsettled -= changes;
    }
}
