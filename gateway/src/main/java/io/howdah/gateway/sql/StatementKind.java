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
    /** SET LOCAL of the level of messages, which the gateway itself obeys. */
    LOCAL_MESSAGES,
    RESET,
    /** SHOW of the level of messages. */
    SHOW_MESSAGES,
    DISCARD,
    LISTEN,
    /** LISTEN that the gateway carries out for the session; the server has something else in its place. */
    SHARED_LISTEN,
    UNLISTEN,
    PREPARE,
    EXECUTE,
    DEALLOCATE,
    TEMPORARY_OBJECT,
    HOLDABLE_CURSOR,
    ADVISORY_LOCK,
    ADVISORY_UNLOCK,
    /** Changes settings in a way that cannot be read from its text. */
    UNREADABLE_SETTING,
    /** SET SEED and setseed(): the state of the random generator cannot be read back. */
    SEED,
    /** currval() and lastval() ask what this very connection did before. */
    SEQUENCE_STATE,
    /** DROP and CLOSE may take away what kept a session on its server. */
    DROP,
    /** DO and CALL: may leave anything behind. */
    OPAQUE,
    /** DROP or CREATE DATABASE, or ALTER DATABASE that renames or moves it: nobody may be connected to it, or to its template. */
    NEEDS_EMPTY_DATABASE,
    /** ALTER ROLE or ALTER DATABASE: new connections may begin with other settings, and roles have other passwords. */
    CHANGES_DEFAULTS,
    /** Would let commits be acknowledged before a quorum has them. */
    WEAKER_COMMIT
}
