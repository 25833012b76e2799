package io.howdah.gateway.sql;

/** What a statement means for the session around it. */
public enum StatementKind {
    /** Leaves nothing behind in the session. */
    PLAIN,
    BEGIN,
    /** COMMIT, END, and the two-phase commands: after it is sent without a reply the outcome is unknown. */
    COMMIT,
    ROLLBACK,
    SAVEPOINT,
    ROLLBACK_TO,
    SET,
    RESET,
    DISCARD,
    LISTEN,
    UNLISTEN,
    PREPARE,
    DEALLOCATE,
    TEMPORARY_OBJECT,
    HOLDABLE_CURSOR,
    ADVISORY_LOCK,
    ADVISORY_UNLOCK
}
