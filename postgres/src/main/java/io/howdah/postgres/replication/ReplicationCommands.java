package io.howdah.postgres.replication;

import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.TimelineId;
import io.howdah.postgres.client.PostgresClient;
import io.howdah.postgres.process.TimelineHistory;

/** IDENTIFY_SYSTEM and TIMELINE_HISTORY. */
public final class ReplicationCommands {
    /** Answer of IDENTIFY_SYSTEM. */
    public record SystemIdentity(long systemIdentifier, TimelineId timeline, Lsn flushed) {}

    private ReplicationCommands() {}
    /** IDENTIFY_SYSTEM. */
    public static SystemIdentity identifySystem(PostgresClient client) {
        return io.howdah.postgres.wire.Pending.value();
    }

    /** TIMELINE_HISTORY. */
    public static TimelineHistory timelineHistory(PostgresClient client, TimelineId timeline) {
        return io.howdah.postgres.wire.Pending.value();
    }
}
