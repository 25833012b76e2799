package io.howdah.postgres.process;

import java.util.Optional;

/** What changes while PostgreSQL runs: whom it streams from and whom its commits wait for. */
public record ReplicationSettings(Optional<Upstream> upstream, SynchronousStandbys synchronousStandbys) {
    /** No stream, and no commit can complete: how every node starts. */
    public static final ReplicationSettings ISOLATED =
            new ReplicationSettings(Optional.empty(), SynchronousStandbys.NEVER);

    public ReplicationSettings withUpstream(Optional<Upstream> changed) {
        return new ReplicationSettings(changed, synchronousStandbys);
    }

    public ReplicationSettings withSynchronousStandbys(SynchronousStandbys changed) {
        return new ReplicationSettings(upstream, changed);
    }
}
