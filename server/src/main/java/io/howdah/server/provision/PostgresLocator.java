package io.howdah.server.provision;

import java.util.function.Consumer;

/** Finds PostgreSQL's programs on this machine. */
public interface PostgresLocator {
    /** Either programs that can be used, or why there are none. */
    sealed interface Answer {
        record Found(PostgresInstallation installation) implements Answer {}

        record Missing(Problem problem) implements Answer {}
    }

    /**
     * @param configured the directory to use; empty to look in PATH and the usual places
     * @param progress hears sentences when it takes time
     */
    Answer locate(String configured, Consumer<String> progress);
}
