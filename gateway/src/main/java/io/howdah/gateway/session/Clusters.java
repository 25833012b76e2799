package io.howdah.gateway.session;

import io.howdah.gateway.listen.ListenerHub;
import io.howdah.gateway.route.DatabaseTable;
import io.howdah.gateway.route.RouteSource;
import io.howdah.gateway.route.Routes;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/** The clusters that a gateway serves: brings what happens to them, and to the places of databases, to all event loops. Safe on every thread. */
final class Clusters implements AutoCloseable {
    private final AtomicReference<Arrangement> arrangement;
    private final Collection<Worker> workers;
    private final Optional<ListenerHub> listeners;
    private final Orders orders;

    private final Map<Cluster, RouteSource.Subscription> followed = new HashMap<>(); // guarded by this

    /** @param arrangement changed by nobody else */
    Clusters(
            AtomicReference<Arrangement> arrangement,
            Collection<Worker> workers,
            Optional<ListenerHub> listeners,
            Orders orders) {
        this.arrangement = arrangement;
        this.workers = workers;
        this.listeners = listeners;
        this.orders = orders;
    }

    /** Begins to follow the clusters. */
    synchronized void open() {
        followAll();
    }

    /**
     * Serves databases where the table says. Those whose place changes are paused, moved and resumed; one that somebody has paused
     * already stays paused. Blocks.
     *
     * @param others all clusters but the gateway's own; those that were there already are recognized by being equal
     * @param patience for what is under way in the databases that move
     * @throws IllegalArgumentException when the table names a cluster that is not among them
     * @throws DatabaseBusyException when something does not end in time; then everything is as before
     */
    synchronized void arrange(List<ClusterAccess> others, DatabaseTable table, Duration patience) {
        Arrangement before = arrangement.get();
        Arrangement newer = new Arrangement(clusters(before, others), table);
        Set<String> moving = newer.differences(before);
        Set<String> paused = new TreeSet<>(moving);
        paused.removeIf(orders::isPaused);
        try {
            awaitRest(moving, patience);
            arrangement.set(newer);
            orders.each(worker -> worker.arrange(newer)).join();
            followAll();
            listeners.ifPresent(ListenerHub::placesChanged);
        } finally {
            paused.forEach(database -> orders.resume(Optional.of(database)));
        }
        followed.entrySet().removeIf(entry -> {
            boolean gone = !newer.clusters().containsValue(entry.getKey());
            if (gone) {
                entry.getValue().close();
            }
            return gone;
        });
    }

    private static Map<String, Cluster> clusters(Arrangement before, List<ClusterAccess> others) {
        String home = before.table().home();
        Map<String, Cluster> clusters = new TreeMap<>();
        before.clusters().forEach((name, cluster) -> {
            if (name.equals(home) || others.stream().anyMatch(cluster.access()::equals)) {
                clusters.put(name, cluster);
            }
        });
        others.forEach(access -> clusters.computeIfAbsent(access.name(), _ -> new Cluster(access)));
        return clusters;
    }

    private void awaitRest(Set<String> databases, Duration patience) {
        Map<String, CompletableFuture<Void>> rests = new TreeMap<>();
        databases.forEach(database -> rests.put(database, orders.pause(Optional.of(database))));
        try {
            CompletableFuture.allOf(rests.values().toArray(CompletableFuture[]::new))
                    .get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            rests.values().removeIf(CompletableFuture::isDone);
            throw new DatabaseBusyException(rests.keySet(), patience);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatabaseBusyException(rests.keySet(), patience);
        } catch (ExecutionException e) {
            throw new IllegalStateException("databases could not be paused", e);
        }
    }

    private synchronized void followAll() {
        arrangement.get().clusters().values().stream()
                .filter(cluster -> !followed.containsKey(cluster))
                .toList()
                .forEach(this::follow);
    }

    private synchronized void follow(Cluster cluster) {
        RouteSource routes = cluster.routes();
        followed.put(cluster, routes.subscribe(newer -> changed(cluster, newer)));
        Routes told;
        do {
            // What is told while this is on its way may be newer, and must not be overtaken for good.
            told = routes.current();
            changed(cluster, told);
        } while (!told.equals(routes.current()));
    }

    private void changed(Cluster cluster, Routes routes) {
        cluster.access().split().ifPresent(split -> split.positions().routesChanged(routes));
        cluster.access().cache().ifPresent(cache -> cache.routesChanged(routes));
        listeners.ifPresent(ListenerHub::placesChanged);
        workers.forEach(worker -> worker.loop().execute(() -> worker.routesChanged(cluster, routes)));
    }

    @Override
    public synchronized void close() {
        followed.values().forEach(RouteSource.Subscription::close);
        followed.clear();
    }
}
