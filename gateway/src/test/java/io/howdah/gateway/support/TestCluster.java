package io.howdah.gateway.support;

import io.howdah.gateway.balance.BalanceSettings;
import io.howdah.gateway.balance.PositionQuery;
import io.howdah.gateway.balance.PositionWatch;
import io.howdah.gateway.balance.ReadSplit;
import io.howdah.gateway.cache.CacheSettings;
import io.howdah.gateway.cache.LogSource;
import io.howdah.gateway.cache.QueryCache;
import io.howdah.gateway.classify.CatalogQuery;
import io.howdah.gateway.classify.NameTables;
import io.howdah.gateway.login.CachedVerifiers;
import io.howdah.gateway.login.VerifierFetch;
import io.howdah.gateway.login.VerifierQuery;
import io.howdah.gateway.route.Backend;
import io.howdah.gateway.service.ServiceAccount;
import io.howdah.gateway.service.ServiceConnector;
import io.howdah.gateway.session.ClusterAccess;
import io.howdah.gateway.tls.ServerTls;
import io.howdah.postgres.client.Credential;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** A cluster whose picture a test draws, as a gateway reaches it. */
public final class TestCluster implements AutoCloseable {
    private static final ServiceAccount SERVICE =
            new ServiceAccount("howdah_gateway", new Credential.Password("gateway password"));

    static final ServiceConnector SERVERS = new ServiceConnector(SERVICE, () -> ServerTls.OFF);

    private static final ServiceConnector REPLICATION =
            new ServiceConnector(new ServiceAccount("postgres", new Credential.None()), () -> ServerTls.OFF);

    public final TestRoutes routes = new TestRoutes();
    private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
    private final PositionWatch positions;
    private final ReadSplit split;
    private final Optional<QueryCache> cache;
    private final ClusterAccess access;

    /**
     * @param question by which servers are asked about passwords
     * @param disturbance what a test puts between the gateway and the answers
     * @param caching how answers are kept; empty where they are not
     */
    TestCluster(
            String name,
            Supplier<String> question,
            UnaryOperator<VerifierFetch> disturbance,
            Optional<CacheSettings> caching) {
        VerifierFetch fetch =
                disturbance.apply(new VerifierQuery(routes::current, SERVERS, PostgresFixture.DATABASE, question));
        positions = new PositionWatch(new PositionQuery(SERVERS, PostgresFixture.DATABASE), System::nanoTime);
        NameTables names = new NameTables(new CatalogQuery(routes::current, SERVERS), blocking, System::nanoTime);
        split = new ReadSplit(names, positions, BalanceSettings.USUAL);
        cache = caching.map(settings -> new QueryCache(
                settings,
                new LogSource(SERVERS, REPLICATION, PostgresFixture.DATABASE, InstantSource.system()),
                System::nanoTime));
        access = new ClusterAccess(
                name,
                routes,
                new CachedVerifiers(fetch, blocking, System::nanoTime, Duration.ofSeconds(0)),
                Optional.of(split),
                cache,
                Optional.of(SERVICE));
    }

    /** One with this primary and no replicas. */
    public static TestCluster at(String name, Backend primary) {
        TestCluster cluster =
                new TestCluster(name, () -> VerifierQuery.USUAL, UnaryOperator.identity(), Optional.empty());
        cluster.routes.primary(primary);
        return cluster;
    }

    public ClusterAccess access() {
        return access;
    }

    /** What leads reads to replicas. */
    ReadSplit split() {
        return split;
    }

    /** What may be given again. */
    QueryCache cache() {
        return cache.orElseThrow();
    }

    @Override
    public void close() {
        positions.close();
        cache.ifPresent(QueryCache::close);
        blocking.close();
    }
}
