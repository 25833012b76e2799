package io.howdah.kernel.model;

/** What a node is doing. Each value is one that an operator can act on. */
public enum NodeState {
    /** The process runs; PostgreSQL has not been looked at or is on its way up. */
    STARTING,
    /** There is no data yet, and the node is fetching a copy. */
    CLONING,
    /** Diverged data is being brought back to the leader's history. */
    REWINDING,
    /** Standby, receiving the leader's log. */
    STREAMING,
    /** Standby without a stream: no leader, or not connected to it. */
    WAITING,
    /** Takes part in an election or carries it out. */
    ELECTING,
    /** Primary of the current term, not yet (or no longer) open to clients. */
    PROMOTING,
    /** Primary of the current term and open to clients. */
    SERVING,
    /** Primary that has asked the gateways to hold new statements before it hands over. */
    DRAINING,
    /** PostgreSQL is not running. */
    STOPPED,
    /** Something needs a person; the reason says what. */
    FAILED
}
