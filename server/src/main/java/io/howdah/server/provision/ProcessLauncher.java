package io.howdah.server.provision;

import io.howdah.server.configuration.ProcessIdentity;
import java.nio.file.Path;

/** Starts the processes of a cluster so that they outlive whoever started them. */
public interface ProcessLauncher {
    /**
     * Returns as soon as the process exists.
     *
     * @param log what the process prints is appended to this file
     * @throws ProvisionException when the system cannot start it
     */
    ProcessIdentity start(Component component, Path log);
}
