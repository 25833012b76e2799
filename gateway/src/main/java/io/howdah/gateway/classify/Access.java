package io.howdah.gateway.classify;

/** Where a statement may go. */
public enum Access {
    /** Any replica gives the answer that the primary gives, apart from its age. */
    READ,
    /** Changes data or takes locks: the primary. */
    WRITE,
    /** Begins or ends a transaction, or sets a point in it. */
    TRANSACTION,
    /** Changes or shows the session. */
    SESSION,
    /** Cannot be told apart from a write: the primary, unless the client insists on a replica. */
    UNKNOWN
}
