package io.howdah.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.howdah.gateway.route.PortRole;
import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.RawClient;
import io.howdah.gateway.support.TestGateway;
import io.howdah.gateway.support.WithPostgres;
import io.howdah.postgres.wire.FrontendMessages;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The virtual database of the gateway, as psql and a driver see it. */
@ExtendWith(WithPostgres.class)
final class ConsoleTest {
    private final PostgresFixture postgres;

    ConsoleTest(PostgresFixture postgres) {
        this.postgres = postgres;
    }

    private static RawClient console(TestGateway gateway) throws Exception {
        return RawClient.login(gateway.port(), Map.of("database", "howdah"));
    }

    private static List<String> columns(List<RawClient.Message> answer) {
        List<String> names = new ArrayList<>();
        byte[] body = answer.stream()
                .filter(message -> message.type() == 'T')
                .findFirst()
                .orElseThrow(() -> new AssertionError(answer.getFirst().text()))
                .body();
        int at = 2;
        while (at < body.length) {
            int end = at;
            while (body[end] != 0) {
                end++;
            }
            names.add(new String(body, at, end - at, StandardCharsets.UTF_8));
            at = end + 19;
        }
        return names;
    }

    /** Column names as Debian's PgBouncer 1.18 answers them; what Howdah has besides stands behind them. */
    @Test
    void theColumnsArePgBouncers() throws Exception {
        try (TestGateway gateway = TestGateway.before(postgres);
                RawClient console = console(gateway)) {
            Map<String, String> expected = Map.of(
                    "POOLS",
                            "database user cl_active cl_waiting cl_active_cancel_req cl_waiting_cancel_req sv_active"
                                    + " sv_active_cancel sv_being_canceled sv_idle sv_used sv_tested sv_login maxwait maxwait_us pool_mode",
                    "STATS",
                            "database total_xact_count total_query_count total_received total_sent total_xact_time"
                                    + " total_query_time total_wait_time avg_xact_count avg_query_count avg_recv avg_sent"
                                    + " avg_xact_time avg_query_time avg_wait_time",
                    "STATS_TOTALS",
                            "database xact_count query_count bytes_received bytes_sent xact_time query_time wait_time",
                    "STATS_AVERAGES",
                            "database xact_count query_count bytes_received bytes_sent xact_time query_time wait_time",
                    "DATABASES",
                            "name host port database force_user pool_size min_pool_size reserve_pool pool_mode"
                                    + " max_connections current_connections paused disabled cluster",
                    "USERS", "name pool_mode",
                    "LISTS", "list items",
                    "VERSION", "version",
                    "CONFIG", "key value default changeable",
                    "MEM", "name size used free memtotal");
            for (Map.Entry<String, String> entry : expected.entrySet()) {
                assertThat(columns(console.query("SHOW " + entry.getKey() + ";")))
                        .containsExactly(entry.getValue().split(" "));
            }
            String socket =
                    "type user database state addr port local_addr local_port connect_time request_time wait wait_us"
                            + " close_needed ptr link remote_pid tls application_name";
            assertThat(columns(console.query("show clients"))).startsWith(socket.split(" "));
            assertThat(columns(console.query("show servers"))).startsWith(socket.split(" "));
            assertThat(columns(console.query("SHOW pool_nodes")))
                    .startsWith(
                            ("node_id hostname port status pg_status lb_weight role pg_role select_cnt load_balance_node"
                                            + " replication_delay replication_state replication_sync_state last_status_change")
                                    .split(" "));
        }
    }

    @Test
    void figuresAreTrue() throws Exception {
        try (TestGateway gateway = TestGateway.before(postgres);
                RawClient client = RawClient.login(gateway.port());
                Connection console = jdbcConsole(gateway)) {
            client.query("BEGIN");
            client.query("SELECT 1");
            Map<String, String> pool = rows(console, "SHOW POOLS").getFirst();
            assertThat(pool)
                    .containsEntry("database", PostgresFixture.DATABASE)
                    .containsEntry("user", PostgresFixture.USER)
                    .containsEntry("cl_active", "1")
                    .containsEntry("cl_waiting", "0")
                    .containsEntry("sv_active", "1")
                    .containsEntry("sv_idle", "0");
            Map<String, String> server = rows(console, "SHOW SERVERS").getFirst();
            Map<String, String> seen = rows(console, "SHOW CLIENTS").getFirst();
            assertThat(seen)
                    .containsEntry("link", server.get("ptr"))
                    .containsEntry("state", "active")
                    .containsEntry("process_id", "" + client.pid());
            assertThat(server)
                    .containsEntry("link", seen.get("ptr"))
                    .containsEntry("node", "node1")
                    .containsEntry("port", "" + postgres.first().port());
            client.query("COMMIT");
            Map<String, String> stats = rows(console, "SHOW STATS").getFirst();
            assertThat(stats)
                    .containsEntry("database", PostgresFixture.DATABASE)
                    .containsEntry("total_xact_count", "1")
                    .containsEntry("total_query_count", "3");
            assertThat(Long.parseLong(stats.get("total_xact_time"))).isPositive();
            assertThat(Long.parseLong(stats.get("total_received"))).isPositive();
            assertThat(Long.parseLong(stats.get("total_sent"))).isPositive();
            assertThat(rows(console, "SHOW POOLS").getFirst())
                    .containsEntry("sv_active", "0")
                    .containsEntry("sv_idle", "1");
            assertThat(rows(console, "SHOW pool_nodes").getFirst())
                    .containsEntry("role", "primary")
                    .containsEntry("select_cnt", "3")
                    .containsEntry("node", "node1");
            assertThat(rows(console, "SHOW VERSION").getFirst().get("version")).isEqualTo("Howdah test");
        }
    }

    private static Connection jdbcConsole(TestGateway gateway) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + gateway.port() + "/pgbouncer",
                PostgresFixture.USER,
                PostgresFixture.PASSWORD);
    }

    private static List<Map<String, String>> rows(Connection console, String command) throws SQLException {
        List<Map<String, String>> rows = new ArrayList<>();
        try (Statement statement = console.createStatement();
                ResultSet result = statement.executeQuery(command)) {
            while (result.next()) {
                Map<String, String> row = new java.util.LinkedHashMap<>();
                for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                    row.put(result.getMetaData().getColumnName(column), String.valueOf(result.getString(column)));
                }
                rows.add(row);
            }
        }
        return rows;
    }

    @Test
    void psqlWorks() throws Exception {
        try (TestGateway gateway = TestGateway.before(postgres)) {
            ProcessBuilder psql = new ProcessBuilder(
                    "psql",
                    "-X",
                    "-h",
                    "127.0.0.1",
                    "-p",
                    "" + gateway.port(),
                    "-U",
                    PostgresFixture.USER,
                    "-At",
                    "-c",
                    "SHOW VERSION",
                    "-c",
                    "SHOW HELP",
                    "-c",
                    "NONSENSE",
                    "howdah");
            psql.environment().put("PGPASSWORD", PostgresFixture.PASSWORD);
            Process process = psql.redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(output)
                    .contains("Howdah test")
                    .contains("Console usage")
                    .contains("ERROR:  invalid command 'NONSENSE', use SHOW HELP;");
        }
    }

    @Test
    void pauseWaitsForTransactionsAndHoldsNewOnes() throws Exception {
        try (TestGateway gateway = TestGateway.before(postgres);
                RawClient busy = RawClient.login(gateway.port());
                RawClient later = RawClient.login(gateway.port());
                RawClient console = console(gateway);
                RawClient other = console(gateway)) {
            busy.query("BEGIN");
            console.send(buffer -> FrontendMessages.query(buffer, "PAUSE postgres"));
            await().pollInterval(Duration.ofMillis(2))
                    .until(() -> other.query("SHOW DATABASES").stream()
                            .anyMatch(message -> message.type() == 'D'
                                    && message.text().contains("\0\0\0\1" + "1\0\0\0\1" + "0\0\0\0\4home")));
            CompletableFuture<List<RawClient.Message>> held = CompletableFuture.supplyAsync(() -> {
                try {
                    return later.query("SELECT 5");
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            await().pollInterval(Duration.ofMillis(2))
                    .until(() -> gateway.counters().holds() == 1);
            assertThat(RawClient.value(busy.query("SELECT 4"))).isEqualTo("4");
            busy.query("COMMIT");
            assertThat(console.receiveReady(1).getFirst().text()).startsWith("C:PAUSE");
            assertThat(held).isNotDone();
            assertThat(other.query("RESUME postgres").getFirst().text()).startsWith("C:RESUME");
            assertThat(RawClient.value(held.get(20, TimeUnit.SECONDS))).isEqualTo("5");
            assertThat(other.query("RESUME").getFirst().sqlState()).isEqualTo("55000");
            assertThat(other.query("PAUSE nowhere").getFirst().sqlState()).isEqualTo("3D000");
        }
    }

    @Test
    void reconnectReplacesServerConnections() throws Exception {
        try (TestGateway gateway = TestGateway.before(postgres);
                RawClient client = RawClient.login(gateway.port());
                RawClient console = console(gateway)) {
            String before = client.value("SELECT pg_backend_pid()");
            assertThat(client.value("SELECT pg_backend_pid()")).isEqualTo(before);
            console.query("RECONNECT");
            assertThat(client.value("SELECT pg_backend_pid()")).isNotEqualTo(before);
        }
    }

    @Test
    void killEndsClientsAndDisableRefusesThem() throws Exception {
        try (TestGateway gateway = TestGateway.before(postgres);
                RawClient client = RawClient.login(gateway.port());
                RawClient console = console(gateway)) {
            client.query("SELECT 1");
            console.query("KILL postgres");
            assertThat(client.receive().sqlState()).isEqualTo("57P01");
            console.query("RESUME postgres");
            console.query("DISABLE postgres");
            assertThatThrownBy(() -> gateway.connect()).hasMessageContaining("does not allow connections");
            console.query("ENABLE postgres");
            try (RawClient again = RawClient.login(gateway.port())) {
                assertThat(again.value("SELECT 1")).isEqualTo("1");
            }
        }
    }

    @Test
    void settingsOfBalancingChangeAtOnce() throws Exception {
        try (TestGateway gateway = TestGateway.before(postgres)) {
            gateway.routes.replicas(postgres.standby().backend());
            try (RawClient console = console(gateway)) {
                assertThat(console.query("SET maximum_lag_bytes = 1000")
                                .getFirst()
                                .text())
                        .startsWith("C:SET");
                assertThat(gateway.split().settings().maximumLagBytes()).isEqualTo(1000);
                console.query("DETACH node3");
                assertThat(gateway.split()
                                .settings()
                                .weight(postgres.standby().backend().node()))
                        .isZero();
                console.query("ATTACH node3");
                console.query("SET weight.node3 = 2.5");
                assertThat(gateway.split()
                                .settings()
                                .weight(postgres.standby().backend().node()))
                        .isEqualTo(2.5);
                assertThat(console.query("DETACH node9").getFirst().sqlState()).isEqualTo("42704");
                assertThat(console.query("SET weight.node3 = 1000").getFirst().sqlState())
                        .isEqualTo("22023");
                assertThat(console.query("SET maximum_lag_ms = soon").getFirst().sqlState())
                        .isEqualTo("22023");
                assertThat(console.query("SET nothing = 1").getFirst().sqlState())
                        .isEqualTo("42704");
                assertThat(console.query("KILL").getFirst().sqlState()).isEqualTo("42601");
                console.query("RELOAD");
                assertThat(gateway.reloads()).isEqualTo(1);
            }
        }
    }

    @Test
    void onlyAdminUsersMayUseIt() throws Exception {
        postgres.first().sql("CREATE ROLE plain LOGIN PASSWORD 'plain'");
        try (TestGateway gateway = TestGateway.before(postgres);
                RawClient client = RawClient.open(gateway.port(PortRole.READ_WRITE))) {
            assertThat(client.logIn("plain", "plain", Map.of("database", "howdah"))
                            .getLast()
                            .sqlState())
                    .isEqualTo("42501");
        } finally {
            postgres.first().sql("DROP ROLE plain");
        }
    }

    @Test
    void statsUsersMayLookAndGiveNoOrders() throws Exception {
        postgres.first().sql("CREATE ROLE reports LOGIN PASSWORD 'plain'");
        try (TestGateway gateway = TestGateway.before(postgres);
                RawClient client = RawClient.open(gateway.port())) {
            client.logIn("reports", "plain", Map.of("database", "howdah"));
            assertThat(RawClient.types(client.query("SHOW POOLS"))).endsWith("CZ");
            for (String order : List.of("PAUSE", "KILL postgres", "RELOAD", "SET maximum_lag_ms = 1", "DISABLE x")) {
                assertThat(client.query(order).getFirst().sqlState()).as(order).isEqualTo("42501");
            }
            assertThat(gateway.reloads()).isZero();
        } finally {
            postgres.first().sql("DROP ROLE reports");
        }
    }

    @Test
    void oneClientIsEndedAndReplacedConnectionsAreWaitedFor() throws Exception {
        try (TestGateway gateway = TestGateway.before(postgres);
                RawClient console = console(gateway);
                Connection idle = gateway.connect();
                Connection busy = gateway.connect()) {
            busy.setAutoCommit(false);
            busy.createStatement().execute("SELECT 1");
            assertThat(columns(console.query("SHOW SOCKETS"))).contains("ptr", "link", "recv_pos", "send_avail");
            String ptr = gateway.server().control().report().get().clients().stream()
                    .filter(client -> client.link().isEmpty())
                    .findFirst()
                    .orElseThrow()
                    .id();
            assertThat(RawClient.types(console.query("KILL_CLIENT 0x" + ptr))).isEqualTo("CZ");
            assertThatThrownBy(() -> idle.createStatement().execute("SELECT 1")).hasMessageContaining("killed");
            assertThat(console.query("KILL_CLIENT 0x" + ptr).getFirst().sqlState())
                    .isEqualTo("42704");
            console.query("RECONNECT");
            console.send(out -> FrontendMessages.query(out, "WAIT_CLOSE"));
            assertThat(console.isSilentFor(50)).isTrue();
            busy.commit();
            assertThat(RawClient.types(console.receiveReady(1))).isEqualTo("CZ");
        }
    }
}
