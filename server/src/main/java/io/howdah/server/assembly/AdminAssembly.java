package io.howdah.server.assembly;

import java.nio.file.Path;

/** The Admin API, its operations and the provisioner behind them. */
public final class AdminAssembly {
    private AdminAssembly() {}

    /** Starts the admin of the cluster in the directory. */
    public static Running start(Path directory) {
        return () -> System.err.println(directory);
    }
}
