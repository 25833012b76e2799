package io.howdah.server.assembly;

import io.howdah.gateway.balance.BalanceSettings;
import io.howdah.gateway.balance.PositionQuery;
import io.howdah.gateway.balance.PositionWatch;
import io.howdah.gateway.balance.ReadSplit;
import io.howdah.gateway.cache.QueryCache;
import io.howdah.gateway.classify.CatalogQuery;
import io.howdah.gateway.classify.NameTables;
import io.howdah.gateway.login.CachedVerifiers;
import io.howdah.gateway.login.VerifierQuery;
import io.howdah.gateway.service.ServiceAccount;
import io.howdah.gateway.service.ServiceConnector;
import io.howdah.gateway.session.ClusterAccess;
import io.howdah.gateway.tls.ServerTls;
import io.howdah.kernel.model.GatewayId;
import io.howdah.server.gateway.StatusRoutes;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/** One cluster as a gateway's process reaches it: its nodes' status streams, and what is asked of its PostgreSQL. */
final class ReachedCluster implements AutoCloseable {
    /** Where the functions of the gateway's own role are. */
    static final String DATABASE = "postgres";

    private static final Duration VERIFIER_FRESH = Duration.ofSeconds(5);

    private final StatusRoutes routes;
    private final PositionWatch positions;
    private final ReadSplit split;
    private final Optional<QueryCache> cache;
    private final ClusterAccess access;

    /**
     * @param name by which this process knows it
     * @param reader tells this process from every other that reads its nodes' status
     * @param peerSecret of its nodes
     * @param account as whom to ask PostgreSQL
     * @param servers how connections to PostgreSQL are protected, at that moment
     * @param authQuery what to ask about a role's password
     * @param cache makes a cache of answers out of the way to PostgreSQL, if there is to be one
     * @param blocking runs what waits for answers
     */
    ReachedCluster(
            String name,
            GatewayId reader,
            String peerSecret,
            ServiceAccount account,
            Supplier<ServerTls> servers,
            Supplier<String> authQuery,
            Function<ServiceConnector, Optional<QueryCache>> cache,
            Executor blocking) {
        routes = new StatusRoutes(name, reader, peerSecret);
        ServiceConnector connector = new ServiceConnector(account, servers);
        CachedVerifiers verifiers = new CachedVerifiers(
                new VerifierQuery(routes::current, connector, DATABASE, authQuery),
                blocking,
                System::nanoTime,
                VERIFIER_FRESH);
        positions = new PositionWatch(new PositionQuery(connector, DATABASE), System::nanoTime);
        NameTables names = new NameTables(new CatalogQuery(routes::current, connector), blocking, System::nanoTime);
        split = new ReadSplit(names, positions, BalanceSettings.USUAL);
        this.cache = cache.apply(connector);
        access = new ClusterAccess(name, routes, verifiers, Optional.of(split), this.cache, Optional.of(account));
    }

    StatusRoutes routes() {
        return routes;
    }

    ReadSplit split() {
        return split;
    }

    ClusterAccess access() {
        return access;
    }

    @Override
    public void close() {
        positions.close();
        cache.ifPresent(QueryCache::close);
        routes.close();
    }
}
