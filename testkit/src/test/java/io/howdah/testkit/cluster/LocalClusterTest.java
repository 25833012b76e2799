package io.howdah.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

/** One cluster of three nodes, used as its owner would and broken as its worst enemy would; the scenes follow each other. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class LocalClusterTest {
    private static LocalCluster cluster;

    @BeforeAll
    static void up() {
        cluster = LocalCluster.up();
    }

    @AfterAll
    static void down() {
        Path directory = cluster.directory();
        cluster.close();
        assertThat(Files.exists(directory)).isFalse();
    }

    @Test
    @Order(1)
    void statusTellsWhatScriptsReadAndEveryGatewayTakesWrites() throws Exception {
        JsonNode status = cluster.status();

        assertThat(status.path("nodes")).hasSize(3);
        assertThat(status.path("gateways")).hasSize(3);
        assertThat(LocalCluster.isHealthy(status)).isTrue();
        for (JsonNode node : status.path("nodes")) {
            assertThat(node.propertyNames())
                    .contains(
                            "id",
                            "cell",
                            "role",
                            "state",
                            "pid",
                            "postgres_pid",
                            "host",
                            "port",
                            "api_port",
                            "data_dir",
                            "timeline",
                            "lsn",
                            "lag_bytes",
                            "voter");
        }
        for (JsonNode gateway : status.path("gateways")) {
            String cell = gateway.path("cell").stringValue();
            assertThat(queryOne(cluster.dsn("rw", cell), "select pg_is_in_recovery()"))
                    .isEqualTo("f");
            assertThat(queryOne(cluster.dsn("ro", cell), "select pg_is_in_recovery()"))
                    .isEqualTo("t");
        }
    }

    @Test
    @Order(2)
    void upAgainChangesNothing() {
        JsonNode before = cluster.status();

        cluster.upAgain();

        assertThat(pids(cluster.status())).isEqualTo(pids(before));
    }

    @Test
    @Order(3)
    void secretsAreForTheOwnerOnly() throws Exception {
        for (String name : List.of("secrets.yaml", "admin.token")) {
            assertThat(Files.getPosixFilePermissions(cluster.directory().resolve(name)))
                    .hasToString("[OWNER_READ, OWNER_WRITE]");
        }
    }

    @Test
    @Order(4)
    void switchoverCostsWritersNoError() throws Exception {
        String leader = cluster.leader().orElseThrow();
        String target = cluster.nodeIds().stream()
                .filter(id -> !id.equals(leader))
                .findFirst()
                .orElseThrow();
        try (Writers writers = Writers.start(cluster.dsn("rw", cellOtherThan(leader)), 8)) {
            CommandResult result = cluster.run("switchover", "--to", target, "--yes", "-o", "json")
                    .orThrow("switchover");
            awaitMoreWrites(writers);
            writers.stop();

            assertThat(result.output()).contains("\"to\"").contains(target);
            assertThat(cluster.leader()).contains(target);
            assertThat(writers.ledger().errors()).isEmpty();
            cluster.awaitHealthy();
            assertThat(new Audit(cluster).missingAcknowledged(writers.ledger())).isZero();
        }
    }

    @Test
    @Order(5)
    void killedPostmasterIsReplacedAndNothingAcknowledgedIsLost() throws Exception {
        String leader = cluster.leader().orElseThrow();
        long term = cluster.status().path("term").longValue();
        try (Writers writers = Writers.start(cluster.dsn("rw", cellOtherThan(leader)), 8)) {
            cluster.killPostmaster(leader);
            awaitMoreWrites(writers);
            writers.stop();
            JsonNode healed = cluster.awaitHealthy();

            assertThat(healed.path("term").longValue()).isGreaterThan(term);
            assertThat(new Audit(cluster).missingAcknowledged(writers.ledger())).isZero();
        }
    }

    @Test
    @Order(6)
    void killedNodeIsReplacedAndComesBackAsStandby() throws Exception {
        String leader = cluster.leader().orElseThrow();
        try (Writers writers = Writers.start(cluster.dsn("rw", cellOtherThan(leader)), 8)) {
            cluster.killNodeAndPostgres(leader);
            awaitMoreWrites(writers);
            cluster.upAgain();
            writers.stop();
            cluster.awaitHealthy();

            assertThat(cluster.leader()).isPresent().get().isNotEqualTo(leader);
            assertThat(cluster.node(leader).path("role").stringValue()).isEqualTo("standby");
            assertThat(new Audit(cluster).missingAcknowledged(writers.ledger())).isZero();
        }
    }

    @Test
    @Order(7)
    void clusterGoesOnWithoutAdminAndStatusSaysSo() throws Exception {
        long admin = cluster.status().path("admin").path("pid").longValue();
        assertThat(ProcessHandle.of(admin).orElseThrow().destroyForcibly()).isTrue();
        Awaitility.await()
                .until(() -> ProcessHandle.of(admin).map(p -> !p.isAlive()).orElse(true));

        CommandResult status = cluster.run("status", "-o", "json");

        assertThat(status.exitCode()).isZero();
        assertThat(status.output() + status.errors()).containsIgnoringCase("admin");
        assertThat(queryOne(cluster.dsn("rw", "zone1"), "select 42")).isEqualTo("42");
        cluster.upAgain();
        cluster.awaitHealthy();
    }

    @Test
    @Order(8)
    void everythingKilledComesBackWithItsData() throws Exception {
        String dsn = cluster.dsn("rw", "zone1");
        execute(dsn, "create table keepsake as select 7 as seven");
        List<ProcessHandle> all = new ArrayList<>();
        JsonNode status = cluster.status();
        for (JsonNode node : status.path("nodes")) {
            all.addAll(ProcessHandle.of(node.path("postgres_pid").longValue())
                    .orElseThrow()
                    .descendants()
                    .toList());
        }
        pids(status).forEach(pid -> ProcessHandle.of(pid).ifPresent(all::add));
        all.forEach(ProcessHandle::destroyForcibly);

        cluster.upAgain();

        cluster.awaitHealthy();
        assertThat(queryOne(dsn, "select seven from keepsake")).isEqualTo("7");
    }

    private static List<Long> pids(JsonNode status) {
        List<Long> pids = new ArrayList<>();
        for (JsonNode node : status.path("nodes")) {
            pids.add(node.path("pid").longValue());
            pids.add(node.path("postgres_pid").longValue());
        }
        status.path("gateways").forEach(gateway -> pids.add(gateway.path("pid").longValue()));
        pids.add(status.path("admin").path("pid").longValue());
        return pids;
    }

    private static String cellOtherThan(String node) {
        for (JsonNode candidate : cluster.status().path("nodes")) {
            if (!candidate.path("id").stringValue().equals(node)) {
                return candidate.path("cell").stringValue();
            }
        }
        throw new AssertionError("only one node");
    }

    private static void awaitMoreWrites(Writers writers) {
        int before = writers.ledger().count();
        Awaitility.await("writes go on")
                .atMost(Duration.ofSeconds(30))
                .until(() -> writers.ledger().count() > before + 100);
    }

    private static String queryOne(String dsn, String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection(JdbcUri.of(dsn));
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            assertThat(result.next()).isTrue();
            return result.getString(1);
        }
    }

    private static void execute(String dsn, String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection(JdbcUri.of(dsn));
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
