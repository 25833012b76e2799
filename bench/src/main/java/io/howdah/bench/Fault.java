package io.howdah.bench;

import java.util.Locale;

/** What is done to a leader. */
enum Fault {
    POSTMASTER_KILLED(8),
    NODE_AND_POSTGRES_KILLED(8),
    NODE_AND_POSTGRES_FROZEN(8),
    /** Its peers cannot reach it, clients can. */
    UNREACHABLE(8),
    SWITCHOVER(64),
    /** It wrote what nobody else has, was killed, and is started again behind its successor. */
    DIVERGED(8);

    private final int usualWriters;

    Fault(int usualWriters) {
        this.usualWriters = usualWriters;
    }

    int usualWriters() {
        return usualWriters;
    }

    String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** Whether packets have to be dropped for it. */
    boolean needsPartition() {
        return this == UNREACHABLE;
    }
}
