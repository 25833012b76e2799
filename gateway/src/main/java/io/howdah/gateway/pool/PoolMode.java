package io.howdah.gateway.pool;

/** For how long a client keeps the server connection that it was given. */
public enum PoolMode {
    /** Until its transaction ends; what cannot be carried to another connection keeps it longer. */
    TRANSACTION,
    /** Until the client leaves. */
    SESSION,
    /** Until its statement ends; transaction blocks are refused. */
    STATEMENT
}
