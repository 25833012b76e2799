package io.howdah.gateway.classify;

import io.howdah.gateway.route.Backend;
import io.howdah.gateway.route.Routes;
import io.howdah.gateway.service.ServiceConnector;
import io.howdah.postgres.client.PostgresClient;
import java.time.Duration;
import java.util.function.Supplier;

/** Reads the catalogs of the primary, with a connection for each question: replicas may not have the newest functions yet. */
public final class CatalogQuery implements NameSource {
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(10);

    private final Supplier<Routes> routes;
    private final ServiceConnector servers;

    /**
     * @param routes the newest picture of the cluster
     * @param servers as whom to ask; the role must be allowed to connect to the database
     */
    public CatalogQuery(Supplier<Routes> routes, ServiceConnector servers) {
        this.routes = routes;
        this.servers = servers;
    }

    @Override
    public NameTable fetch(String database) {
        Backend primary = routes.get()
                .primary()
                .orElseThrow(() -> new IllegalStateException("there is no primary that could be asked"));
        try (PostgresClient client = servers.open(primary, database, READ_TIMEOUT)) {
            return CatalogNames.read(client::query);
        }
    }
}
