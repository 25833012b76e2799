package io.howdah.server.assembly;

import io.howdah.server.admin.AdminProcess;
import java.nio.file.Path;

/** The Admin API, its operations and the provisioner behind them. The inside is wired in {@link AdminProcess}. */
public final class AdminAssembly {
    private AdminAssembly() {}

    /** Starts the admin of the cluster in the directory. */
    public static Running start(Path directory) {
        AdminProcess admin = new AdminProcess(directory);
        admin.start();
        return admin::close;
    }
}
