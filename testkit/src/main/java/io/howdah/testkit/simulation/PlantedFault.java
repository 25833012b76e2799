package io.howdah.testkit.simulation;

/** A defect built into the simulated driver or PostgreSQL, to see that the invariants notice it. */
public enum PlantedFault {
    NONE,
    /** The driver answers that a promise is durable before it is. */
    PROMISE_NOT_SYNCED,
    /** Acknowledgements count whatever term the standby's name carries. */
    STAMP_NOT_CHECKED,
    /** The driver answers that the first row of the term is held by everybody as soon as it is written. */
    BARRIER_SKIPPED,
    /** PostgreSQL picks its own next timeline and the driver says that it is the one asked for. */
    TIMELINES_EQUAL,
    /** PostgreSQL waits for one confirmation fewer than the quorum needs. */
    QUORUM_ONE_SHORT
}
