package io.howdah.server.gateway;

import io.howdah.gateway.cache.CacheBypass;
import io.howdah.gateway.cache.CacheInvalidation;
import io.howdah.gateway.cache.CacheStatistics;
import io.howdah.gateway.console.GatewayControl;
import io.howdah.gateway.console.OperatorState;
import io.howdah.gateway.metrics.Averages;
import io.howdah.gateway.metrics.GatewayReport;
import io.howdah.gateway.metrics.QueryReport;
import io.howdah.gateway.metrics.Traffic;
import io.howdah.gateway.route.Backend;
import io.howdah.gateway.route.DatabaseTable;
import io.howdah.gateway.route.Routes;
import io.howdah.kernel.model.Cell;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Term;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** A gateway with one client that is served, one that waits, and a server connection. */
final class FakeControl implements GatewayControl {
    static final Backend NODE = new Backend("local", new NodeId("node1"), new Cell("zone1"), "127.0.0.1", 5441);

    private static GatewayReport.Client client(GatewayReport.ClientState state, long waitNanos, String... pins) {
        InetSocketAddress address = InetSocketAddress.createUnresolved("client", 1);
        return new GatewayReport.Client(
                "c", "", "shop", "app", "auto", state, address, address, 0, 0, waitNanos, "", 1, List.of(pins));
    }

    @Override
    public CompletableFuture<GatewayReport> report() {
        Traffic traffic = new Traffic();
        traffic.received(100);
        traffic.sent(900);
        traffic.query(250_000_000);
        traffic.transaction(500_000_000);
        InetSocketAddress address = InetSocketAddress.createUnresolved("server", 1);
        return CompletableFuture.completedFuture(new GatewayReport(
                List.of(
                        client(GatewayReport.ClientState.ACTIVE, 0, "temporary_object"),
                        client(GatewayReport.ClientState.WAITING, 1_500_000_000)),
                List.of(new GatewayReport.Server(
                        "s", "c", "shop", "app", NODE, true, false, address, address, 0, 0, 7)),
                List.of(new GatewayReport.Pool("shop", "app", NODE, true, "transaction", 20, 0, 0, 1, 1, 1, 2, 0, 0)),
                Map.of("shop", traffic.totals()),
                Map.of(NODE, 12L)));
    }

    @Override
    public Averages averages() {
        return new Averages(0);
    }

    @Override
    public Routes routes() {
        return new Routes(Term.ZERO, Optional.of(NODE), List.of(), Optional.empty());
    }

    @Override
    public Map<String, Routes> clusters() {
        return Map.of("local", routes(), "shops", Routes.NONE);
    }

    @Override
    public DatabaseTable databases() {
        return DatabaseTable.allAt("local");
    }

    @Override
    public Optional<Backend> primary(String database) {
        return routes().primary();
    }

    /** Done when a test completes it. */
    CompletableFuture<Void> atRest = CompletableFuture.completedFuture(null);

    private final Set<String> paused = ConcurrentHashMap.newKeySet();

    @Override
    public CompletableFuture<Void> pause(Optional<String> database) {
        database.ifPresent(paused::add);
        return atRest;
    }

    @Override
    public boolean resume(Optional<String> database) {
        return database.filter(paused::remove).isPresent();
    }

    @Override
    public boolean isPaused(String database) {
        return paused.contains(database);
    }

    @Override
    public CompletableFuture<Void> reconnect(Optional<String> database) {
        throw new UnsupportedOperationException("nobody reconnects here");
    }

    @Override
    public CompletableFuture<Void> kill(String database) {
        throw new UnsupportedOperationException("nobody kills here");
    }

    @Override
    public void disable(String database, boolean disabled) {}

    @Override
    public boolean isDisabled(String database) {
        return false;
    }

    @Override
    public CompletableFuture<Void> reload() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Boolean> killClient(String id) {
        throw new UnsupportedOperationException("nobody kills here");
    }

    @Override
    public CompletableFuture<Void> awaitClosed(Optional<String> database) {
        throw new UnsupportedOperationException("nobody waits here");
    }

    @Override
    public CompletableFuture<QueryReport> queries() {
        return CompletableFuture.completedFuture(new QueryReport(
                List.of(new QueryReport.Query(
                        255,
                        "shop",
                        "app",
                        "select ?",
                        0,
                        new QueryReport.Totals(4, 2_000_000_000L, 900_000_000L, 0, 4, 80, 1, 3, 1))),
                QueryReport.Totals.NOTHING,
                0));
    }

    @Override
    public CacheStatistics cache() {
        return new CacheStatistics(
                "follows node1", 3, 600, 64 << 20, 40, 8, 7, 2, 1, Map.of(CacheBypass.OWN_WRITES, 5L));
    }

    @Override
    public CacheInvalidation invalidateCache(Optional<String> database, Optional<String> table) {
        throw new UnsupportedOperationException("nobody forgets here");
    }

    @Override
    public OperatorState operatorState() {
        return new OperatorState(false, Set.of(), Set.of());
    }

    @Override
    public void restore(OperatorState state) {}
}
