package io.howdah.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.gateway.console.GatewayControl;
import io.howdah.gateway.console.OperatorState;
import io.howdah.gateway.metrics.Averages;
import io.howdah.gateway.metrics.GatewayReport;
import io.howdah.gateway.metrics.QueryReport;
import io.howdah.gateway.metrics.SessionCounters;
import io.howdah.gateway.metrics.SessionEvent;
import io.howdah.gateway.metrics.Traffic;
import io.howdah.gateway.route.Backend;
import io.howdah.gateway.route.DatabaseTable;
import io.howdah.gateway.route.Routes;
import io.howdah.kernel.model.Cell;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Term;
import io.howdah.server.http.BearerToken;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class GatewayMetricsTest {
    private static final Backend NODE = new Backend("local", new NodeId("node1"), new Cell("zone1"), "127.0.0.1", 5441);

    /** A gateway with one client that is served, one that waits, and a server connection. */
    private static final class FakeControl implements GatewayControl {
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
                    List.of(new GatewayReport.Pool(
                            "shop", "app", NODE, true, "transaction", 20, 0, 0, 1, 1, 1, 2, 0, 0)),
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
        public DatabaseTable databases() {
            return DatabaseTable.allAt("local");
        }

        @Override
        public Optional<Backend> primary(String database) {
            return routes().primary();
        }

        @Override
        public CompletableFuture<Void> pause(Optional<String> database) {
            throw new UnsupportedOperationException("nobody pauses here");
        }

        @Override
        public boolean resume(Optional<String> database) {
            return false;
        }

        @Override
        public boolean isPaused(String database) {
            return false;
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
        public OperatorState operatorState() {
            return new OperatorState(false, Set.of(), Set.of());
        }

        @Override
        public void restore(OperatorState state) {}
    }

    private static final class NoOrders implements GatewayOrders {
        @Override
        public String status() {
            return "{}";
        }

        @Override
        public String order(String name, String body) {
            throw new UnsupportedOperationException("nobody orders here");
        }
    }

    @Test
    void aScrapeShowsBothSetsOfNames() throws Exception {
        SessionCounters counters = new SessionCounters();
        counters.count(SessionEvent.REPLICA_READ);
        GatewayMetrics metrics =
                new GatewayMetrics("local", "zone1", "gateway1", new FakeControl(), counters::snapshot);
        String own = "cell=\"zone1\",cluster=\"local\",";
        GatewayHttp.Interior interior = new GatewayHttp.Interior(metrics, new NoOrders(), new BearerToken("secret"));
        try (GatewayHttp http = GatewayHttp.serve("127.0.0.1", 0, interior).orElseThrow();
                HttpClient client = HttpClient.newHttpClient()) {
            String text = client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            assertThat(text)
                    .contains("howdah_gateway_clients{" + own + "gateway=\"gateway1\",state=\"waiting\"} 1.0")
                    .contains("reason=\"temporary_object\"} 1.0")
                    .contains("event=\"replica_read\",gateway=\"gateway1\"} 1.0")
                    .contains(
                            "howdah_gateway_server_requests_total{" + own + "gateway=\"gateway1\",node=\"node1\"} 12.0")
                    .contains("howdah_gateway_has_primary{" + own + "gateway=\"gateway1\"} 1.0")
                    .contains("pgbouncer_pools_client_active_connections{database=\"shop\",user=\"app\"} 1.0")
                    .contains("pgbouncer_pools_client_waiting_connections{database=\"shop\",user=\"app\"} 1.0")
                    .contains("pgbouncer_pools_client_maxwait_seconds{database=\"shop\",user=\"app\"} 1.5")
                    .contains("pgbouncer_pools_server_idle_connections{database=\"shop\",user=\"app\"} 2.0")
                    .contains("pgbouncer_stats_queries_pooled_total{database=\"shop\"} 1.0")
                    .contains("pgbouncer_stats_queries_duration_seconds_total{database=\"shop\"} 0.25")
                    .contains("pgbouncer_stats_sent_bytes_total{database=\"shop\"} 900.0")
                    .contains("howdah_gateway_top_query_seconds_total{" + own.replace("cluster", "cluster"))
                    .contains("gateway=\"gateway1\",query_id=\"ff\",user=\"app\"} 2.0")
                    .contains("pgbouncer_up 1.0");
            // A second gateway on the same port goes without.
            assertThat(GatewayHttp.serve("127.0.0.1", http.port(), interior)).isEmpty();
        }
    }
}
