package io.howdah.server.provision;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The processes of this machine. */
public interface ProcessTable {
    /** All that can be seen; those of other users may be missing. */
    List<RunningProcess> all();

    Optional<RunningProcess> find(long pid);

    /** The directory that the process works in, without symbolic links; empty when it cannot be seen. */
    Optional<Path> workingDirectory(long pid);
}
