package io.howdah.server.assembly;

import io.howdah.gateway.cache.CacheSettings;
import io.howdah.gateway.cache.LogSource;
import io.howdah.gateway.cache.QueryCache;
import io.howdah.gateway.service.ServiceAccount;
import io.howdah.gateway.service.ServiceConnector;
import io.howdah.postgres.client.Credential;
import io.howdah.server.configuration.CacheConfiguration;
import io.howdah.server.configuration.GatewayConfiguration;
import io.howdah.server.configuration.Secrets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;

/** The query cache of a gateway. */
final class CacheAssembly {
    /** It may stream the log, as standbys do. */
    private static final String REPLICATION_ROLE = "howdah_replication";

    private CacheAssembly() {}

    /**
     * A cache, switched on or off as the file says.
     *
     * @param service as whom the gateway asks servers
     * @param database that it may connect to in any case
     */
    static QueryCache create(
            GatewayConfiguration configuration, ServiceConnector service, Secrets secrets, String database) {
        ServiceAccount replication =
                new ServiceAccount(REPLICATION_ROLE, new Credential.Password(secrets.replicationPassword()));
        LogSource source = new LogSource(
                service, new ServiceConnector(replication, service.servers()), database, InstantSource.system());
        QueryCache cache = new QueryCache(CacheSettings.USUAL, source, System::nanoTime);
        apply(configuration, cache);
        return cache;
    }

    /** Has the cache go by what the file says. */
    static void apply(GatewayConfiguration configuration, QueryCache cache) {
        CacheConfiguration given = configuration.cache();
        cache.reconfigure(settings(given, configuration.pooling().weakerCommit()), given.enabled());
    }

    private static CacheSettings settings(CacheConfiguration given, boolean weakerCommit) {
        CacheSettings usual = CacheSettings.USUAL;
        return new CacheSettings(
                given.memoryMegabytes().map(size -> (long) size << 20).orElse(usual.memoryBytes()),
                given.largestAnswerKilobytes().map(size -> size << 10).orElse(usual.largestAnswerBytes()),
                given.timeToLiveMillis().map(Duration::ofMillis).orElse(usual.timeToLive()),
                usual.staleAfter(),
                weakerCommit,
                given.rules().stream().map(CacheAssembly::rule).toList());
    }

    private static CacheSettings.Rule rule(CacheConfiguration.Rule given) {
        return new CacheSettings.Rule(
                given.database(),
                given.role(),
                Set.copyOf(given.tables()),
                given.timeToLiveMillis().map(Duration::ofMillis));
    }
}
