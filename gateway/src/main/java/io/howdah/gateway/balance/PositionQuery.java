package io.howdah.gateway.balance;

import io.howdah.gateway.route.Backend;
import io.howdah.kernel.model.Lsn;
import io.howdah.postgres.client.ConnectOptions;
import io.howdah.postgres.client.Credential;
import io.howdah.postgres.client.Endpoint;
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

    private final String serviceRole;
    private final String database;
    private final Credential credential;

    /**
     * @param serviceRole the gateway's own role, usually {@code howdah_gateway}
     * @param database that it may connect to, usually {@code postgres}
     * @param credential of the service role
     */
    public PositionQuery(String serviceRole, String database, Credential credential) {
        this.serviceRole = serviceRole;
        this.database = database;
        this.credential = credential;
    }

    @Override
    public Asked open(Backend place) {
        ConnectOptions options = ConnectOptions.of(
                        new Endpoint.Tcp(place.host(), place.port()), serviceRole, database, credential)
                .withApplicationName("howdah gateway")
                .withTimeouts(TIMEOUT, TIMEOUT);
        PostgresClient client = PostgresClient.connect(options);
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
