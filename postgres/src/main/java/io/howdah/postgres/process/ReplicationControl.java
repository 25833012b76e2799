package io.howdah.postgres.process;

import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.Position;
import io.howdah.postgres.client.PostgresClient;
import java.time.Duration;
import java.util.Map;

/** Turns the knobs of replication on a running server. */
public final class ReplicationControl {
    public ReplicationControl(
            PostgresProcess process, DataDirectory data, ServerConfiguration configuration, PostgresClient client) {}
    /** Stream from there. */
    public void follow(Upstream upstream) {
        io.howdah.postgres.wire.Pending.value();
    }

    /** Stop streaming; answers when no acknowledgement can leave any more. */
    public void stopReceiver(Duration timeout) {
        io.howdah.postgres.wire.Pending.value();
    }

    /** How far the durable log reaches, on a standby or a primary; waits until the local log has been read to its end. */
    public Position position(Duration timeout) {
        return io.howdah.postgres.wire.Pending.value();
    }

    /** True on a standby. */
    public boolean inRecovery() {
        return io.howdah.postgres.wire.Pending.value();
    }

    /** Change whom commits wait for; answers when new commits obey. */
    public void requireConfirmation(SynchronousStandbys standbys, Duration timeout) {
        io.howdah.postgres.wire.Pending.value();
    }

    /** Flushed position by application name. */
    public Map<String, Lsn> flushPositions() {
        return io.howdah.postgres.wire.Pending.value();
    }

    /** Whether a walreceiver streams now. */
    public boolean isStreaming() {
        return io.howdah.postgres.wire.Pending.value();
    }
}
