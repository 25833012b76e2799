package io.howdah.server.provision;

/** Finds PostgreSQL's programs on this machine. */
public interface PostgresLocator {
    /** The oldest major version that the product supports. */
    int OLDEST_VERSION = 14;

    /** Either programs that can be used, or why there are none. */
    sealed interface Answer {
        record Found(PostgresInstallation installation) implements Answer {}

        record Missing(Problem problem) implements Answer {}
    }

    /** @param configured the directory to use; empty to look in PATH and the usual places */
    Answer locate(String configured);
}
