package io.howdah.server.admin;

import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.TimelineId;
import io.howdah.postgres.client.ConnectOptions;
import io.howdah.postgres.client.Credential;
import io.howdah.postgres.client.Endpoint;
import io.howdah.postgres.client.PostgresClient;
import io.howdah.postgres.client.PostgresConnectionException;
import io.howdah.postgres.client.PostgresException;
import io.howdah.postgres.client.Row;
import io.howdah.server.configuration.RemotePrimary;
import io.howdah.server.configuration.Secrets;
import java.time.Duration;

/** The server of another cluster, asked over SQL as the role that its copies stream as. Blocks; changes nothing. */
final class RemoteServer {
    private static final String ROLE = "howdah_replication";
    private static final Duration LIMIT = Duration.ofSeconds(3);
    private static final String LOOK = """
            select pg_is_in_recovery() as standby, system_identifier, timeline_id,
                   case when pg_is_in_recovery()
                        then greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
                        else pg_current_wal_flush_lsn() end as reached
              from pg_control_system(), pg_control_checkpoint()""";

    /**
     * @param standby whether it copies another
     * @param reached how far its log goes
     */
    record Seen(boolean standby, long systemIdentifier, Position reached) {}

    private final RemotePrimary remote;
    private final Secrets secrets;

    RemoteServer(RemotePrimary remote, Secrets secrets) {
        this.remote = remote;
        this.secrets = secrets;
    }

    /** @throws OperationFailedException when it cannot be asked */
    Seen look() {
        ConnectOptions options = ConnectOptions.of(
                        new Endpoint.Tcp(remote.host(), remote.port()),
                        ROLE,
                        "postgres",
                        new Credential.Password(secrets.replicationPassword()))
                .withApplicationName("howdah admin")
                .withTimeouts(LIMIT, LIMIT);
        try (PostgresClient client = PostgresClient.connect(options)) {
            Row row = client.query(LOOK).getFirst();
            return new Seen(
                    row.flag("standby"),
                    row.number("system_identifier"),
                    new Position(new TimelineId(row.integer("timeline_id")), Lsn.parse(row.text("reached"))));
        } catch (PostgresException | PostgresConnectionException e) {
            throw new OperationFailedException(
                    "The remote server cannot be asked",
                    "%s: %s".formatted(remote, e.getMessage()),
                    "its role '%s' needs LOGIN, REPLICATION, membership in pg_monitor and the password of the secrets that were given;"
                                    .formatted(ROLE)
                            + " a Howdah cluster has it",
                    "");
        }
    }
}
