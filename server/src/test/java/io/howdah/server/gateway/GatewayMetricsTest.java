package io.howdah.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.gateway.metrics.SessionCounters;
import io.howdah.gateway.metrics.SessionEvent;
import io.howdah.server.http.BearerToken;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

final class GatewayMetricsTest {
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
                    .contains("howdah_gateway_has_primary{cell=\"zone1\",cluster=\"shops\",gateway=\"gateway1\"} 0.0")
                    .contains("pgbouncer_pools_client_active_connections{database=\"shop\",user=\"app\"} 1.0")
                    .contains("pgbouncer_pools_client_waiting_connections{database=\"shop\",user=\"app\"} 1.0")
                    .contains("pgbouncer_pools_client_maxwait_seconds{database=\"shop\",user=\"app\"} 1.5")
                    .contains("pgbouncer_pools_server_idle_connections{database=\"shop\",user=\"app\"} 2.0")
                    .contains("pgbouncer_stats_queries_pooled_total{database=\"shop\"} 1.0")
                    .contains("pgbouncer_stats_queries_duration_seconds_total{database=\"shop\"} 0.25")
                    .contains("pgbouncer_stats_sent_bytes_total{database=\"shop\"} 900.0")
                    .contains("howdah_gateway_top_query_seconds_total{" + own.replace("cluster", "cluster"))
                    .contains("gateway=\"gateway1\",query_id=\"ff\",user=\"app\"} 2.0")
                    .contains("howdah_cache_hits_total{" + own, "howdah_cache_entries{" + own)
                    .contains("gateway=\"gateway1\",reason=\"own_writes\"} 5.0")
                    .contains("pgbouncer_up 1.0");
            // A second gateway on the same port goes without.
            assertThat(GatewayHttp.serve("127.0.0.1", http.port(), interior)).isEmpty();
        }
    }
}
