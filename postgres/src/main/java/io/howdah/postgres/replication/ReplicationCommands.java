package io.howdah.postgres.replication;

import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.TimelineId;
import io.howdah.postgres.client.PostgresClient;
import io.howdah.postgres.client.Row;
import io.howdah.postgres.process.TimelineHistory;

/** Short commands of the replication protocol, for a client that was connected with {@code replication}. */
public final class ReplicationCommands {
    /** Answer of IDENTIFY_SYSTEM. On a standby the position is how far it has received or replayed. */
    public record SystemIdentity(long systemIdentifier, TimelineId timeline, Lsn flushed) {}

    private ReplicationCommands() {}

    public static SystemIdentity identifySystem(PostgresClient client) {
        Row row = client.query("IDENTIFY_SYSTEM").getFirst();
        return new SystemIdentity(
                Long.parseUnsignedLong(row.text("systemid")),
                new TimelineId(row.integer("timeline")),
                Lsn.parse(row.text("xlogpos")));
    }

    /** The history of one of the server's timelines; that of the first has no file and is answered without asking. */
    public static TimelineHistory timelineHistory(PostgresClient client, TimelineId timeline) {
        if (timeline.equals(TimelineId.FIRST)) {
            return TimelineHistory.root(timeline);
        }
        Row row = client.query("TIMELINE_HISTORY " + timeline).getFirst();
        return TimelineHistory.parse(timeline, row.text("content"));
    }
}
