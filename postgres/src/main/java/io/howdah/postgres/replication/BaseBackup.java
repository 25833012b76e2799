package io.howdah.postgres.replication;

import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.TimelineId;
import io.howdah.postgres.client.ConnectOptions;
import io.howdah.postgres.process.UnprivilegedUser;
import java.nio.file.Path;

/** Clones a data directory over a replication connection. */
public final class BaseBackup {
    /** Receives progress; total is an estimate. */
    public interface Progress {
        void update(long bytesDone, long bytesTotal);
    }
    /** What was cloned. */
    public record Result(long systemIdentifier, TimelineId timeline, Lsn start, Lsn end, long bytes) {}

    public BaseBackup(ConnectOptions source, UnprivilegedUser user) {}
    /** Clone into an absent or empty directory, verify, make durable. On failure the directory holds a file that marks it half made. */
    public Result cloneInto(Path target, Progress progress) {
        return io.howdah.postgres.wire.Pending.value();
    }
}
