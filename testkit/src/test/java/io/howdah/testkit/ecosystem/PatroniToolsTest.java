package io.howdah.testkit.ecosystem;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.testkit.cluster.JdbcUri;
import io.howdah.testkit.cluster.LocalCluster;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What stands around a Patroni cluster today, pointed at ours without a change. */
final class PatroniToolsTest {
    private static LocalCluster cluster;

    @BeforeAll
    static void up() {
        cluster = LocalCluster.up();
    }

    @AfterAll
    static void down() {
        cluster.close();
    }

    @Test
    void aStockHaproxyRoutesToTheLeaderAndTheStandbysAndFollowsAFailover(@TempDir Path directory) throws Exception {
        try (Haproxy haproxy = Haproxy.start(cluster, directory)) {
            String leader = cluster.leader().orElseThrow();
            int leadersPort = cluster.node(leader).path("port").intValue();
            awaitServer(haproxy.primaryPort(), leadersPort);
            Set<Integer> readers = new HashSet<>();
            Awaitility.await("both standbys are read, and the leader is not")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> {
                        Optional<Integer> reader = server(haproxy.replicaPort());
                        if (reader.filter(port -> port == leadersPort).isPresent()) {
                            readers.clear();
                        } else {
                            reader.ifPresent(readers::add);
                        }
                        return readers.size() == 2;
                    });
            for (int i = 0; i < 10; i++) {
                assertThat(server(haproxy.replicaPort())).isPresent().get().isNotEqualTo(leadersPort);
            }

            cluster.killPostmaster(leader);

            cluster.await(
                    "another leader",
                    status -> status.path("leader").isString()
                            && !status.path("leader").stringValue().equals(leader));
            String heir = cluster.leader().orElseThrow();
            awaitServer(haproxy.primaryPort(), cluster.node(heir).path("port").intValue());
            assertThat(query(haproxy.primaryPort(), "select pg_is_in_recovery()"))
                    .isEqualTo("f");
            cluster.awaitHealthy();
        }
    }

    @Test
    void dashboardsFindPatronisNames() throws Exception {
        JsonNode status = cluster.awaitHealthy();
        String leader = status.path("leader").stringValue();
        for (JsonNode node : status.path("nodes")) {
            boolean leads = node.path("id").stringValue().equals(leader);
            String labels =
                    "{name=\"%s\",scope=\"local\"}".formatted(node.path("id").stringValue());
            assertThat(metrics(node))
                    .contains("patroni_postgres_running" + labels + " 1.0")
                    .contains("patroni_primary" + labels + (leads ? " 1.0" : " 0.0"))
                    .contains("patroni_replica" + labels + (leads ? " 0.0" : " 1.0"))
                    .contains("patroni_postgres_streaming" + labels + (leads ? " 0.0" : " 1.0"))
                    .contains("patroni_cluster_unlocked" + labels + " 0.0")
                    .contains("patroni_postgres_timeline" + labels)
                    .contains(leads ? "patroni_xlog_location" + labels : "patroni_xlog_replayed_location" + labels);
        }
    }

    private static String metrics(JsonNode node) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/metrics"
                                    .formatted(node.path("api_port").intValue())))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
            return answer.body();
        }
    }

    /** HAProxy believes in every server until its third check has failed, so one answer proves nothing. */
    private static void awaitServer(int port, int expected) {
        Awaitility.await("port %d leads to the server on %d alone".formatted(port, expected))
                .atMost(Duration.ofSeconds(45))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    for (int i = 0; i < 6; i++) {
                        if (server(port).filter(found -> found == expected).isEmpty()) {
                            return false;
                        }
                    }
                    return true;
                });
    }

    /** The port of the PostgreSQL behind; empty while there is none. */
    private static Optional<Integer> server(int port) {
        try {
            return Optional.of(Integer.valueOf(query(port, "select inet_server_port()")));
        } catch (SQLException e) {
            return Optional.empty();
        }
    }

    private static String query(int port, String sql) throws SQLException {
        String any = cluster.dsn("rw", "zone1");
        String uri = JdbcUri.of(any.replaceAll(":\\d+/", ":" + port + "/"));
        try (Connection connection = DriverManager.getConnection(uri);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
