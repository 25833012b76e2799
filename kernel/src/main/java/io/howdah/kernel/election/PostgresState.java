package io.howdah.kernel.election;

/** What the node's own PostgreSQL is doing. */
public enum PostgresState {
    /** There is no data directory, or one that must not be used. */
    EMPTY,
    /** There is data but no postmaster, or one that no longer answers. */
    DOWN,
    /** The postmaster runs and is not consistent yet. */
    STARTING,
    /** In recovery. */
    STANDBY,
    /** Out of recovery: it writes. */
    PRIMARY
}
