package io.howdah.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.howdah.gateway.route.DatabaseTable;
import io.howdah.gateway.route.DatabaseTable.Place;
import io.howdah.gateway.route.PortRole;
import io.howdah.gateway.session.DatabaseBusyException;
import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.RawClient;
import io.howdah.gateway.support.TestCluster;
import io.howdah.gateway.support.TestGateway;
import io.howdah.gateway.support.WithPostgres;
import io.howdah.postgres.wire.FrontendMessages;
import io.howdah.postgres.wire.StartupPacket;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two clusters behind one gateway: its own, with the first server as primary, and another one with the second server. */
@ExtendWith(WithPostgres.class)
final class DatabasesTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String OTHER = "other";
    private static final String WHERE = "SELECT inet_server_port()";
    private static final DatabaseTable AT_HOME = DatabaseTable.allAt(TestGateway.HOME);
    private static final DatabaseTable SHOP_ELSEWHERE =
            AT_HOME.with("shop", new Place(OTHER, PostgresFixture.DATABASE));
    private static final DatabaseTable SHOP_AT_HOME =
            AT_HOME.with("shop", new Place(TestGateway.HOME, PostgresFixture.DATABASE));

    private final PostgresFixture postgres;
    private final TestGateway gateway;
    private final TestCluster other;
    private final String first;
    private final String second;

    DatabasesTest(PostgresFixture postgres) {
        this.postgres = postgres;
        this.gateway = TestGateway.before(postgres, TestGateway.Settings.usual().loops(2));
        this.other = TestCluster.at(OTHER, postgres.second().backend());
        this.first = "" + postgres.first().port();
        this.second = "" + postgres.second().port();
        arrange(SHOP_ELSEWHERE);
    }

    @AfterEach
    void close() {
        gateway.close();
        other.close();
    }

    private void arrange(DatabaseTable table) {
        gateway.server().arrange(List.of(other.access()), table, PATIENCE);
    }

    private RawClient shop() throws IOException {
        return RawClient.login(gateway.port(), Map.of("database", "shop"));
    }

    private static String ask(RawClient client, String question) throws IOException {
        return RawClient.value(client.query(question));
    }

    private List<RawClient.Message> logIn(String user, String password, String database) throws IOException {
        try (RawClient client = RawClient.open(gateway.port())) {
            return client.logIn(user, password, Map.of("database", database));
        }
    }

    @Test
    void clientsAreLedToTheClusterOfTheirDatabase() throws Exception {
        try (RawClient here = RawClient.login(gateway.port());
                RawClient there = shop();
                Connection console = gateway.console();
                Statement statement = console.createStatement()) {
            assertThat(ask(here, WHERE)).isEqualTo(first);
            assertThat(ask(there, WHERE)).isEqualTo(second);
            assertThat(ask(there, "SELECT current_database()")).isEqualTo(PostgresFixture.DATABASE);
            Map<String, String> clusters = new HashMap<>();
            try (ResultSet rows = statement.executeQuery("SHOW DATABASES")) {
                while (rows.next()) {
                    clusters.put(
                            rows.getString("name"),
                            rows.getString("cluster") + " " + rows.getString("port") + " "
                                    + rows.getString("database"));
                }
            }
            assertThat(clusters)
                    .containsEntry("postgres", "home " + first + " postgres")
                    .containsEntry("shop", "other " + second + " postgres");
        }
    }

    @Test
    void aNameThatExistsNowhereIsRefusedByItsCluster() throws Exception {
        arrange(SHOP_ELSEWHERE.with("orders", new Place(OTHER, "orders_there")));
        var nowhere =
                logIn(PostgresFixture.USER, PostgresFixture.PASSWORD, "nowhere").getLast();
        assertThat(nowhere.sqlState()).isEqualTo("3D000");
        assertThat(nowhere.field('M')).isEqualTo("database \"nowhere\" does not exist");
        var missing =
                logIn(PostgresFixture.USER, PostgresFixture.PASSWORD, "orders").getLast();
        assertThat(missing.sqlState()).isEqualTo("3D000");
        assertThat(missing.field('M')).isEqualTo("database \"orders_there\" does not exist");
    }

    @Test
    void aTableWithAnUnknownClusterIsRefused() throws Exception {
        assertThatThrownBy(() -> arrange(SHOP_ELSEWHERE.with("x", new Place("atlantis", "x"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("atlantis")
                .hasMessageContaining("home, other");
        try (RawClient there = shop()) {
            assertThat(ask(there, WHERE)).isEqualTo(second);
        }
    }

    @Test
    void eachClusterKnowsItsOwnPasswords() throws Exception {
        postgres.second().sql("CREATE ROLE shopkeeper LOGIN PASSWORD 'of the shop'");
        try {
            assertThat(logIn("shopkeeper", "of the shop", "shop").getLast().type())
                    .isEqualTo('Z');
            assertThat(logIn("shopkeeper", "of the shop", PostgresFixture.DATABASE)
                            .getLast()
                            .sqlState())
                    .isEqualTo("28P01");
        } finally {
            postgres.second().sql("DROP ROLE shopkeeper");
        }
    }

    @Test
    void aClusterWithoutAPrimaryHoldsItsOwnClientsOnly() throws Exception {
        try (RawClient here = RawClient.login(gateway.port());
                RawClient there = shop()) {
            other.routes.noPrimary();
            gateway.server().control().report().join();
            there.send(out -> FrontendMessages.query(out, WHERE));
            await().atMost(LIMIT).until(() -> gateway.counters().holds() == 1);
            assertThat(ask(here, WHERE)).isEqualTo(first);
            other.routes.primary(postgres.second().backend());
            assertThat(RawClient.value(there.receiveReady(1))).isEqualTo(second);
        }
    }

    @Test
    void aSwitchoverWaitsForTheTransactionsOfItsOwnClusterOnly() throws Exception {
        try (RawClient here = RawClient.login(gateway.port());
                RawClient there = shop()) {
            here.query("BEGIN");
            other.routes.drain("d");
            await().atMost(LIMIT).until(() -> other.routes.drained().equals(List.of("d")));
            there.send(out -> FrontendMessages.query(out, WHERE));
            await().atMost(LIMIT).until(() -> gateway.counters().holds() == 1);
            assertThat(ask(here, WHERE)).isEqualTo(first);
            assertThat(RawClient.types(here.query("COMMIT"))).isEqualTo("CZ");
            assertThat(ask(here, WHERE)).isEqualTo(first);
            other.routes.undrain();
            assertThat(RawClient.value(there.receiveReady(1))).isEqualTo(second);
            assertThat(gateway.routes.drained()).isEmpty();
        }
    }

    @Test
    void aFailoverLeavesTheSessionsOfOtherClustersAlone() throws Exception {
        try (RawClient here = RawClient.login(gateway.port());
                RawClient there = shop()) {
            here.query("CREATE TEMP TABLE kept (a int)");
            there.query("BEGIN");
            other.routes.primary(postgres.first().backend());
            await().atMost(LIMIT).until(() -> gateway.counters().backendLosses() == 1);
            assertThat(there.query("SELECT 1").getFirst().sqlState()).isEqualTo("40001");
            assertThat(ask(here, "SELECT count(*) FROM kept")).isEqualTo("0");
        }
    }

    @Test
    void cancelsReachTheirQueryInWhicheverCluster() throws Exception {
        try (RawClient here = RawClient.login(gateway.port());
                RawClient there = shop()) {
            for (RawClient victim : List.of(here, there)) {
                PostgresFixture.Server server = victim == here ? postgres.first() : postgres.second();
                victim.send(out -> FrontendMessages.query(out, "SELECT pg_sleep(60)"));
                await().atMost(LIMIT)
                        .until(() -> server.count("SELECT count(*) FROM pg_stat_activity WHERE state = 'active'"
                                        + " AND usename = 'app' AND query LIKE '%pg_sleep(60)%'")
                                == 1);
                try (RawClient canceler = RawClient.open(gateway.port())) {
                    canceler.send(out -> out.writeInt(16)
                            .writeInt(StartupPacket.CANCEL_CODE)
                            .writeInt(victim.pid())
                            .writeInt(victim.secret()));
                    assertThat(canceler.receiveToEnd()).isEmpty();
                }
                assertThat(victim.receiveReady(1).get(1).sqlState()).isEqualTo("57014");
            }
        }
    }

    @Test
    void readsGoToTheReplicasOfTheirOwnCluster() throws Exception {
        gateway.routes.primary(postgres.second().backend());
        other.routes.primary(postgres.first().backend());
        other.routes.replicas(postgres.standby().backend());
        try (RawClient there = RawClient.login(gateway.port(PortRole.AUTO), Map.of("database", "shop"));
                RawClient here = RawClient.login(gateway.port(PortRole.AUTO))) {
            await().atMost(LIMIT).until(() -> {
                there.query("SELECT count(*) FROM numbers");
                return gateway.counters().replicaReads() > 0;
            });
            long reads = gateway.counters().replicaReads();
            here.query("SELECT count(*) FROM numbers");
            assertThat(gateway.counters().replicaReads()).isEqualTo(reads);
        }
    }

    @Test
    void clientsOfADatabaseThatMovesGoOnWithoutAnError() throws Exception {
        int clients = 8;
        AtomicBoolean stop = new AtomicBoolean();
        List<String> errors = new CopyOnWriteArrayList<>();
        AtomicIntegerArray answers = new AtomicIntegerArray(clients);
        Map<Integer, String> seen = new ConcurrentHashMap<>();
        List<Thread> threads = IntStream.range(0, clients)
                .mapToObj(client -> Thread.ofVirtual().start(() -> {
                    try (Connection connection = jdbc("shop");
                            PreparedStatement statement = connection.prepareStatement(
                                    "SELECT inet_server_port(), current_setting('a.b'), ?")) {
                        connection.createStatement().execute("SET a.b = 'of client " + client + "'");
                        connection.setAutoCommit(client % 2 == 0);
                        while (!stop.get()) {
                            statement.setInt(1, client);
                            try (ResultSet row = statement.executeQuery()) {
                                row.next();
                                assertThat(row.getString(2)).isEqualTo("of client " + client);
                                seen.put(client, row.getString(1));
                            }
                            if (client % 2 == 1) {
                                connection.commit();
                            }
                            answers.incrementAndGet(client);
                        }
                    } catch (SQLException | AssertionError e) {
                        errors.add(e.toString());
                    }
                }))
                .toList();
        try (RawClient idle = shop()) {
            for (int move = 0; move < 6; move++) {
                boolean home = move % 2 == 0;
                arrange(home ? SHOP_AT_HOME : SHOP_ELSEWHERE);
                int[] before = IntStream.range(0, clients).map(answers::get).toArray();
                await().atMost(LIMIT)
                        .until(() -> !errors.isEmpty()
                                || IntStream.range(0, clients)
                                        .allMatch(client -> answers.get(client) > before[client] + 2));
                assertThat(errors).isEmpty();
                assertThat(Set.copyOf(seen.values())).containsExactly(home ? first : second);
                assertThat(ask(idle, WHERE)).isEqualTo(home ? first : second);
            }
        } finally {
            stop.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertThat(errors).isEmpty();
    }

    @Test
    void aDatabaseWhoseTransactionsDoNotEndStaysWhereItIs() throws Exception {
        try (RawClient open = shop();
                RawClient later = shop()) {
            open.query("BEGIN");
            assertThatThrownBy(() ->
                            gateway.server().arrange(List.of(other.access()), SHOP_AT_HOME, Duration.ofMillis(100)))
                    .isInstanceOf(DatabaseBusyException.class)
                    .hasMessageContaining("shop");
            assertThat(ask(later, WHERE)).isEqualTo(second);
            assertThat(ask(open, WHERE)).isEqualTo(second);
            open.query("COMMIT");
            arrange(SHOP_AT_HOME);
            assertThat(ask(open, WHERE)).isEqualTo(first);
            assertThat(ask(later, WHERE)).isEqualTo(first);
        }
    }

    @Test
    void aPausedDatabaseThatMovesStaysPaused() throws Exception {
        try (RawClient client = shop();
                Connection console = gateway.console();
                Statement statement = console.createStatement()) {
            statement.execute("PAUSE shop");
            arrange(SHOP_AT_HOME);
            client.send(out -> FrontendMessages.query(out, WHERE));
            assertThat(client.isSilentFor(100)).isTrue();
            statement.execute("RESUME shop");
            assertThat(RawClient.value(client.receiveReady(1))).isEqualTo(first);
        }
    }

    @Test
    void whatCannotMoveIsNamedOnTheNextStatement() throws Exception {
        try (RawClient client = shop()) {
            client.query("CREATE TEMP TABLE lost (a int)");
            arrange(SHOP_AT_HOME);
            var answer = client.query("SELECT * FROM lost");
            assertThat(answer.getFirst().sqlState()).isEqualTo("57P01");
            assertThat(answer.getFirst().field('M')).contains("temporary table");
            assertThat(ask(client, WHERE)).isEqualTo(first);
        }
    }

    @Test
    void listenersHearTheClusterToWhichTheirDatabaseMoved() throws Exception {
        try (RawClient listener = shop();
                RawClient sender = shop()) {
            listener.query("LISTEN news");
            sender.query("NOTIFY news, 'there'");
            assertThat(listener.receive().type()).isEqualTo('A');
            arrange(SHOP_AT_HOME);
            assertThat(listener.receive().sqlState()).isEqualTo("01000");
            // Requests wait for the new connection that listens, but not for longer than a second.
            await().atMost(LIMIT).until(() -> {
                sender.query("NOTIFY news, 'here'");
                return !listener.isSilentFor(200);
            });
            assertThat(listener.receive().text()).contains("here");
        }
    }

    @Test
    void aClusterThatIsNotNeededAnyMoreIsLeft() throws Exception {
        try (RawClient client = shop()) {
            assertThat(ask(client, WHERE)).isEqualTo(second);
            gateway.server().arrange(List.of(), SHOP_AT_HOME, PATIENCE);
            assertThat(ask(client, WHERE)).isEqualTo(first);
            await().atMost(LIMIT)
                    .until(() -> postgres.second().count("SELECT count(*) FROM pg_stat_activity WHERE usename = 'app'")
                            == 0);
        }
    }

    private Connection jdbc(String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + gateway.port() + "/" + database + "?prepareThreshold=1",
                PostgresFixture.USER,
                PostgresFixture.PASSWORD);
    }
}
