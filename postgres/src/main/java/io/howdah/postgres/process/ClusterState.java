package io.howdah.postgres.process;

/** The state field of {@code pg_control} (DBState in PostgreSQL's pg_control.h), in its order. */
public enum ClusterState {
    STARTUP,
    SHUTDOWNED,
    SHUTDOWNED_IN_RECOVERY,
    SHUTDOWNING,
    IN_CRASH_RECOVERY,
    IN_ARCHIVE_RECOVERY,
    IN_PRODUCTION
}
