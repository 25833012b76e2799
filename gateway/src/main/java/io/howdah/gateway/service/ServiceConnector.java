package io.howdah.gateway.service;

import io.howdah.gateway.route.Backend;
import io.howdah.gateway.tls.ServerTls;
import io.howdah.postgres.client.ConnectOptions;
import io.howdah.postgres.client.Endpoint;
import io.howdah.postgres.client.PostgresClient;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Opens the gateway's own connections to servers, protected as those of its clients are.
 *
 * @param account as whom
 * @param servers how sure the gateway must be of whom it speaks to, at that moment
 */
public record ServiceConnector(ServiceAccount account, Supplier<ServerTls> servers) {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    /**
     * Blocks.
     *
     * @param readTimeout how long an answer may take
     * @throws io.howdah.postgres.client.PostgresException when the server refuses
     * @throws io.howdah.postgres.client.PostgresConnectionException when it cannot be reached, or is not who it should be
     */
    public PostgresClient open(Backend place, String database, Duration readTimeout) {
        return PostgresClient.connect(options(place, database, readTimeout));
    }

    /** Opens a connection by which the server's log can be streamed, as {@link #open}. */
    public PostgresClient openForReplication(Backend place, Duration readTimeout) {
        return PostgresClient.connect(options(place, "", readTimeout).withReplication());
    }

    private ConnectOptions options(Backend place, String database, Duration readTimeout) {
        return ConnectOptions.of(
                        new Endpoint.Tcp(place.host(), place.port()), account.role(), database, account.credential())
                .withApplicationName("howdah gateway")
                .withTimeouts(CONNECT_TIMEOUT, readTimeout)
                .withEncryption(servers.get().encryption());
    }
}
