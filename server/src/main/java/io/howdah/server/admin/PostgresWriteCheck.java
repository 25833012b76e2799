package io.howdah.server.admin;

import io.howdah.postgres.client.ConnectOptions;
import io.howdah.postgres.client.Credential;
import io.howdah.postgres.client.Endpoint;
import io.howdah.postgres.client.PostgresClient;
import io.howdah.postgres.client.PostgresConnectionException;
import io.howdah.postgres.client.PostgresException;
import java.time.Duration;

/** Updates the one row of {@code howdah.up_check}, as the superuser. */
final class PostgresWriteCheck implements WriteCheck {
    private static final Duration CONNECT = Duration.ofSeconds(3);

    /** Several gateways are tried at once, so the table is made under a lock of its own. */
    private static final String WRITE = """
            BEGIN;
            SELECT pg_advisory_xact_lock(7237129015347802452);
            CREATE SCHEMA IF NOT EXISTS howdah;
            CREATE TABLE IF NOT EXISTS howdah.up_check (
                id integer PRIMARY KEY CHECK (id = 1),
                checked_at timestamptz NOT NULL);
            INSERT INTO howdah.up_check VALUES (1, clock_timestamp())
                ON CONFLICT (id) DO UPDATE SET checked_at = excluded.checked_at;
            COMMIT;
            """;

    @Override
    public void commit(String host, int port, String password, Duration patience) {
        ConnectOptions options = ConnectOptions.of(
                        new Endpoint.Tcp(host, port), "postgres", "postgres", new Credential.Password(password))
                .withApplicationName("howdah-up-check")
                .withTimeouts(CONNECT, patience);
        try (PostgresClient client = PostgresClient.connect(options)) {
            client.execute(WRITE);
        } catch (PostgresException | PostgresConnectionException e) {
            throw new WriteFailedException(String.valueOf(e.getMessage()), e);
        }
    }
}
