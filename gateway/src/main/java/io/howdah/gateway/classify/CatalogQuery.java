package io.howdah.gateway.classify;

import io.howdah.gateway.route.Backend;
import io.howdah.gateway.route.Routes;
import io.howdah.postgres.client.ConnectOptions;
import io.howdah.postgres.client.Credential;
import io.howdah.postgres.client.Endpoint;
import io.howdah.postgres.client.PostgresClient;
import java.time.Duration;
import java.util.function.Supplier;

/** Reads the catalogs of the primary, with a connection for each question: replicas may not have the newest functions yet. */
public final class CatalogQuery implements NameSource {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(10);

    private final Supplier<Routes> routes;
    private final String serviceRole;
    private final Credential credential;

    /**
     * @param routes the newest picture of the cluster
     * @param serviceRole the gateway's own role, usually {@code howdah_gateway}; it must be allowed to connect to the database
     * @param credential of the service role
     */
    public CatalogQuery(Supplier<Routes> routes, String serviceRole, Credential credential) {
        this.routes = routes;
        this.serviceRole = serviceRole;
        this.credential = credential;
    }

    @Override
    public NameTable fetch(String database) {
        Backend primary = routes.get()
                .primary()
                .orElseThrow(() -> new IllegalStateException("there is no primary that could be asked"));
        Endpoint endpoint = new Endpoint.Tcp(primary.host(), primary.port());
        ConnectOptions options = ConnectOptions.of(endpoint, serviceRole, database, credential)
                .withApplicationName("howdah gateway")
                .withTimeouts(CONNECT_TIMEOUT, READ_TIMEOUT);
        try (PostgresClient client = PostgresClient.connect(options)) {
            return CatalogNames.read(client::query);
        }
    }
}
