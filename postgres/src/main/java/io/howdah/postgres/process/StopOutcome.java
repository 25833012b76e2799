package io.howdah.postgres.process;

/** How PostgreSQL came to an end. */
public enum StopOutcome {
    /** It was not running. */
    WAS_STOPPED,
    /** It wrote its shutdown checkpoint. */
    CLEAN,
    /** It was told to drop everything; it will recover from its log at the next start. */
    IMMEDIATE,
    /** It did not react and was killed. */
    KILLED
}
