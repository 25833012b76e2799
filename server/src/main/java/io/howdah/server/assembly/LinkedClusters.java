package io.howdah.server.assembly;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.howdah.gateway.GatewayServer;
import io.howdah.gateway.login.VerifierQuery;
import io.howdah.gateway.route.DatabaseTable;
import io.howdah.gateway.tls.ServerTls;
import io.howdah.kernel.model.ClusterId;
import io.howdah.server.configuration.GatewayConfiguration;
import io.howdah.server.configuration.LinkSecrets;
import io.howdah.server.configuration.LinkedCluster;
import io.howdah.server.configuration.RoutedDatabase;
import io.howdah.server.gateway.Succession;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** The other clusters whose databases a gateway serves, as its file names them. */
@ThreadSafe
final class LinkedClusters implements AutoCloseable {
    private final GatewayServer server;
    private final GatewayConfiguration started;
    private final Supplier<ServerTls> servers;
    private final Executor blocking;

    /** What makes a link another one, so that everything about it begins anew; its nodes may come and go. */
    private record Link(String name, ClusterId id, LinkSecrets secrets) {}

    @GuardedBy("this")
    private Map<Link, ReachedCluster> reached = Map.of();

    /**
     * @param servers how connections to PostgreSQL are protected, at that moment
     * @param blocking runs what waits for answers
     */
    LinkedClusters(GatewayServer server, GatewayConfiguration started, Supplier<ServerTls> servers, Executor blocking) {
        this.server = server;
        this.started = started;
        this.servers = servers;
        this.blocking = blocking;
    }

    /**
     * Serves databases where the configuration says; blocks until those whose place changes have moved.
     *
     * @param patience for what is under way in them
     * @throws io.howdah.server.configuration.ConfigurationException when the secrets of a cluster cannot be used
     * @throws io.howdah.gateway.session.DatabaseBusyException when a database cannot be moved; then all are where they were
     */
    synchronized void arrange(GatewayConfiguration wanted, Duration patience) {
        Map<LinkedCluster, Link> links = new HashMap<>();
        wanted.databases()
                .clusters()
                .forEach(cluster -> links.put(
                        cluster, new Link(cluster.name(), cluster.id(), LinkSecrets.read(cluster.secrets()))));
        Map<Link, ReachedCluster> before = reached;
        Map<Link, ReachedCluster> after = new HashMap<>();
        links.forEach((cluster, link) -> {
            ReachedCluster there = before.getOrDefault(link, null);
            ReachedCluster used = there == null ? reach(link) : there;
            used.routes().follow(link.id(), cluster.nodes());
            used.split()
                    .settings(GatewayOptions.balance(
                            wanted.serving(), used.split().settings()));
            after.put(link, used);
        });
        try {
            server.arrange(
                    after.values().stream().map(ReachedCluster::access).toList(),
                    table(wanted.databases().databases()),
                    patience);
        } catch (RuntimeException e) {
            closeAllBut(before, after);
            throw e;
        }
        reached = after;
        closeAllBut(after, before);
    }

    private DatabaseTable table(List<RoutedDatabase> databases) {
        Map<String, DatabaseTable.Place> places = new TreeMap<>();
        databases.forEach(database ->
                places.put(database.name(), new DatabaseTable.Place(database.cluster(), database.nameThere())));
        return new DatabaseTable(started.clusterName(), places);
    }

    private ReachedCluster reach(Link link) {
        return new ReachedCluster(
                link.name(),
                Succession.reader(started.gateway(), started.clusterId()),
                link.secrets().peerSecret(),
                GatewayOptions.account(link.secrets().gatewayPassword()),
                servers,
                () -> VerifierQuery.USUAL,
                _ -> Optional.empty(),
                blocking);
    }

    private static void closeAllBut(Map<Link, ReachedCluster> kept, Map<Link, ReachedCluster> all) {
        all.forEach((link, cluster) -> {
            if (!kept.containsKey(link)) {
                cluster.close();
            }
        });
    }

    @Override
    public synchronized void close() {
        reached.values().forEach(ReachedCluster::close);
        reached = Map.of();
    }
}
