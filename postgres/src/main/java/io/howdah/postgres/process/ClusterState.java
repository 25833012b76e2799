package io.howdah.postgres.process;

/** The state field of {@code pg_control} (DBState in PostgreSQL's pg_control.h). */
public enum ClusterState {
    STARTUP,
    SHUTDOWNED,
    SHUTDOWNED_IN_RECOVERY,
    SHUTDOWNING,
    IN_CRASH_RECOVERY,
    IN_ARCHIVE_RECOVERY,
    IN_PRODUCTION;

    static ClusterState of(int code) {
        return switch (code) {
            case 0 -> STARTUP;
            case 1 -> SHUTDOWNED;
            case 2 -> SHUTDOWNED_IN_RECOVERY;
            case 3 -> SHUTDOWNING;
            case 4 -> IN_CRASH_RECOVERY;
            case 5 -> IN_ARCHIVE_RECOVERY;
            case 6 -> IN_PRODUCTION;
            default -> throw new PostgresProcessException("the control file has unknown state " + code);
        };
    }
}
