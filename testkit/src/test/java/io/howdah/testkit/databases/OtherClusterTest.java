package io.howdah.testkit.databases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.howdah.testkit.cluster.CommandResult;
import io.howdah.testkit.cluster.JdbcUri;
import io.howdah.testkit.cluster.LocalCluster;
import io.howdah.testkit.cluster.Sql;
import io.howdah.testkit.fault.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A cluster of three nodes whose gateways also serve a database of a cluster of one. The scenes follow each other. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class OtherClusterTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final String ORDERS = "create table orders (id bigserial primary key, client int not null)";
    private static final String START_TIME = "select pg_postmaster_start_time()";
    private static final String COUNT = "select count(*) from orders";
    private static final List<String> CELLS = List.of("zone1", "zone2", "zone3");

    private static LocalCluster home;
    private static LocalCluster shops;

    /** By cell: the database shop, as the application asks that gateway for it. */
    private static final Map<String, String> SHOP = new HashMap<>();

    private static String own;
    private static String inHome;
    private static String there;

    @BeforeAll
    static void up() throws SQLException {
        home = LocalCluster.up();
        shops = LocalCluster.up("--nodes", "1");
        String administrator = shops.direct("node1");
        own = JdbcUri.of(home.dsn("rw", "zone1"));
        CELLS.forEach(cell -> SHOP.put(cell, asApp(JdbcUri.of(home.dsn("rw", cell)), "shop")));
        inHome = asApp(home.direct(home.leader().orElseThrow()), "shop");
        there = asApp(administrator, "shop_v2");
        Sql.run(administrator, "create role app login password 'of the app'", "create database shop_v2 owner app");
        // As pg_dumpall --roles-only copies it, so that clients need not log in anew when they move.
        String password = Sql.one(administrator, "select rolpassword from pg_authid where rolname = 'app'");
        Sql.run(own, "create role app login password '" + password + "'", "create database shop owner app");
        Sql.run(shop("zone1"), ORDERS);
        Sql.run(there, ORDERS);
    }

    @AfterAll
    static void down() {
        shops.close();
        home.close();
    }

    private static String shop(String cell) {
        return Objects.requireNonNull(SHOP.get(cell));
    }

    private static String asApp(String uri, String database) {
        return uri.replaceFirst(
                "/postgres\\?user=[^&]*&password=[^&]*", "/" + database + "?user=app&password=of%20the%20app");
    }

    private static void refused(String why, String... command) {
        CommandResult result = home.run(command);
        assertThat(result.exitCode()).as(result.output()).isNotZero();
        assertThat(result.errors()).contains(why);
    }

    @Test
    @Order(1)
    void aClusterIsAddedByItsFilesAndItsSecretsAreForTheOwnerOnly() throws Exception {
        refused("There is no such cluster", "database", "route", "shop", "--to", "shops");
        refused(
                "The name is taken",
                "cluster",
                "add",
                "local",
                "--from",
                shops.directory().toString());
        refused(
                "That is this cluster itself",
                "cluster",
                "add",
                "x",
                "--from",
                home.directory().toString());

        home.run("cluster", "add", "shops", "--from", shops.directory().toString())
                .orThrow("cluster add");

        JsonNode clusters = JsonMapper.shared()
                .readTree(home.run("cluster", "list", "-o", "json").output())
                .path("clusters");
        assertThat(clusters.path(1).path("name").stringValue()).isEqualTo("shops");
        assertThat(clusters.path(1).path("id").stringValue())
                .isEqualTo(shops.status().path("cluster_id").stringValue());
        Path kept = home.directory().resolve("links/shops.yaml");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)))
                .isEqualTo("rw-------");
        assertThat(Sql.one(shop("zone1"), COUNT)).isEqualTo("0");
    }

    @Test
    @Order(2)
    void writersOnAllGatewaysMoveWithTheirDatabaseWithoutAnError() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong acknowledged = new AtomicLong();
        List<String> errors = new CopyOnWriteArrayList<>();
        List<Thread> writers = new ArrayList<>();
        for (String cell : CELLS) {
            String uri = shop(cell);
            writers.add(Thread.ofVirtual().start(() -> write(uri, stop, acknowledged, errors)));
        }
        try {
            awaitMore(acknowledged, errors);
            home.run("database", "route", "shop", "--to", "shops/shop_v2").orThrow("database route");
            String left = Sql.one(inHome, COUNT);
            awaitMore(acknowledged, errors);
            assertThat(Sql.one(inHome, COUNT)).isEqualTo(left);
            assertThat(Sql.one(shop("zone2"), "select current_database()")).isEqualTo("shop_v2");
            assertThat(home.run("database", "list").output()).containsPattern("shop +shops +shop_v2");

            home.run("database", "unroute", "shop").orThrow("database unroute");
            String leftThere = Sql.one(there, COUNT);
            awaitMore(acknowledged, errors);
            assertThat(Sql.one(there, COUNT)).isEqualTo(leftThere);
            assertThat(Sql.one(shop("zone3"), "select current_database()")).isEqualTo("shop");
        } finally {
            stop.set(true);
            for (Thread writer : writers) {
                writer.join();
            }
        }
        assertThat(errors).isEmpty();
        assertThat(Long.parseLong(Sql.one(inHome, COUNT)) + Long.parseLong(Sql.one(there, COUNT)))
                .isEqualTo(acknowledged.get());
    }

    private static void write(String uri, AtomicBoolean stop, AtomicLong acknowledged, List<String> errors) {
        try (Connection connection = DriverManager.getConnection(uri);
                PreparedStatement insert = connection.prepareStatement("insert into orders (client) values (?)")) {
            while (!stop.get()) {
                insert.setInt(1, 7);
                insert.executeUpdate();
                acknowledged.incrementAndGet();
            }
        } catch (SQLException e) {
            errors.add(e.getSQLState() + ": " + e.getMessage());
        }
    }

    private static void awaitMore(AtomicLong acknowledged, List<String> errors) {
        long enough = acknowledged.get() + 30;
        await().atMost(LIMIT).until(() -> !errors.isEmpty() || acknowledged.get() >= enough);
        assertThat(errors).isEmpty();
    }

    @Test
    @Order(3)
    void clientsOfTheOtherClusterWaitForItsServerAndNobodyElseDoes() throws Exception {
        home.run("database", "route", "shop", "--to", "shops/shop_v2").orThrow("database route");
        try (Connection client = DriverManager.getConnection(shop("zone1"));
                Connection here = DriverManager.getConnection(own)) {
            client.createStatement().execute("select 1");
            here.createStatement().execute("create temp table kept (a int)");
            String started = Sql.one(there, START_TIME);
            shops.killPostmaster("node1");
            // What was in flight when the server died may be lost; the session goes on, and waits for the next server.
            await().atMost(LIMIT).ignoreExceptionsInstanceOf(SQLException.class).until(() -> {
                here.createStatement().execute("insert into kept values (1)");
                return !startTime(client).equals(started);
            });
        }
    }

    private static String startTime(Connection session) throws SQLException {
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery(START_TIME)) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    @Order(4)
    void gatewaysStartAndServeWithoutAdminAndRememberWhatTheTopologyHasLost() throws Exception {
        String uri = shop("zone1");
        JsonNode status = home.status();
        long gateway = status.path("gateways").path(0).path("pid").longValue();
        List<String> command = Processes.command(gateway);
        Processes.kill(status.path("admin").path("pid").longValue());
        Processes.kill(gateway);
        await().atMost(LIMIT).until(() -> !Processes.isAlive(gateway));

        Processes.startDetached(command, Map.of(), home.directory().resolve("logs/gateway1.log"));

        await().atMost(LIMIT)
                .ignoreExceptionsInstanceOf(SQLException.class)
                .until(() -> Sql.one(uri, "select current_database()").equals("shop_v2"));
        Files.delete(home.directory().resolve("topology.json"));
        home.upAgain();
        assertThat(Sql.one(uri, "select current_database()")).isEqualTo("shop_v2");
        assertThat(home.run("database", "list").output()).containsPattern("shop +shops +shop_v2");
    }

    @Test
    @Order(5)
    void aClusterIsForgottenWhenNoDatabaseIsRoutedThere() {
        refused("clients of shop are led to it", "cluster", "remove", "shops");
        home.run("database", "unroute", "shop").orThrow("database unroute");
        home.run("cluster", "remove", "shops").orThrow("cluster remove");
        assertThat(home.directory().resolve("links/shops.yaml")).doesNotExist();
        assertThat(home.run("database", "list").output()).contains("every database is in cluster local");
    }
}
