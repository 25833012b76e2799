package io.howdah.server.node;

import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.TimelineId;
import io.howdah.postgres.client.ConnectOptions;
import io.howdah.postgres.client.Credential;
import io.howdah.postgres.client.Endpoint;
import io.howdah.postgres.client.PostgresClient;
import io.howdah.postgres.process.TimelineHistory;
import io.howdah.postgres.process.Upstream;
import io.howdah.postgres.replication.ReplicationCommands;
import io.howdah.postgres.replication.ReplicationCommands.SystemIdentity;
import io.howdah.server.configuration.Secrets;
import java.util.Map;

/** What has to be known of a server before data can follow it: all over one connection, since each log-in costs time. */
final class UpstreamQuestions implements AutoCloseable {
    private final PostgresClient client;

    private UpstreamQuestions(PostgresClient client) {
        this.client = client;
    }

    /** How nodes log in to each other's PostgreSQL. */
    record Login(NodeId node, Secrets secrets) {
        /** A walsender with a database answers SQL as well (manual, 55.4). */
        UpstreamQuestions ask(Upstream upstream) {
            return new UpstreamQuestions(PostgresClient.connect(role(upstream)
                    .withSettings(Map.of("replication", "database"))
                    .withApplicationName("howdah follow")));
        }

        ConnectOptions forClone(Upstream upstream) {
            return role(upstream).withReplication().withApplicationName("howdah clone of " + node);
        }

        private ConnectOptions role(Upstream upstream) {
            return ConnectOptions.of(
                    new Endpoint.Tcp(upstream.host(), upstream.port()),
                    ManagedInstance.REPLICATION_ROLE,
                    ManagedInstance.DATABASE,
                    new Credential.Password(secrets.replicationPassword()));
        }
    }

    SystemIdentity identity() {
        return ReplicationCommands.identifySystem(client);
    }

    TimelineHistory history(TimelineId timeline) {
        return ReplicationCommands.timelineHistory(client, timeline);
    }

    /** Whether it has the log from there on. Streaming begins at the start of the segment that holds the position. */
    boolean holds(Position from, int walSegmentBytes) {
        long segment = from.lsn().segment(walSegmentBytes);
        long perFile = (1L << 32) / walSegmentBytes;
        String wanted = "%08X%08X".formatted(segment / perFile, segment % perFile);
        return client.query("select exists (select from pg_ls_waldir() where length(name) = 24 and substr(name, 9) <= '"
                        + wanted + "') as held")
                .getFirst()
                .flag("held");
    }

    @Override
    public void close() {
        client.close();
    }
}
