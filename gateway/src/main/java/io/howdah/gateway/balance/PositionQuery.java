package io.howdah.gateway.balance;

import io.howdah.gateway.route.Backend;
import io.howdah.gateway.service.ServiceConnector;
import io.howdah.kernel.model.Lsn;
import io.howdah.postgres.client.PostgresClient;
import io.howdah.postgres.client.Row;
import java.time.Duration;

/** Asks PostgreSQL itself, by the gateway's own role. */
public final class PositionQuery implements PositionSource {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    /** What was inserted, not flushed: a commit that was acknowledged lies below in any case. */
    private static final String QUESTION = """
            select pg_catalog.pg_is_in_recovery() as standby,
                   case when pg_catalog.pg_is_in_recovery() then pg_catalog.pg_last_wal_replay_lsn()
                        else pg_catalog.pg_current_wal_insert_lsn() end as position""";

    private final ServiceConnector servers;
    private final String database;

    /**
     * @param servers as whom to ask
     * @param database that it may connect to, usually {@code postgres}
     */
    public PositionQuery(ServiceConnector servers, String database) {
        this.servers = servers;
        this.database = database;
    }

    @Override
    public Asked open(Backend place) {
        PostgresClient client = servers.open(place, database, TIMEOUT);
        return new Asked() {
            @Override
            public Reading read() {
                Row row = client.query(QUESTION).getFirst();
                return new Reading(
                        row.flag("standby"),
                        row.find("position").map(Lsn::parse).orElse(Lsn.ZERO));
            }

            @Override
            public void close() {
                client.close();
            }
        };
    }
}
