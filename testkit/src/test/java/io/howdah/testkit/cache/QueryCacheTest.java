package io.howdah.testkit.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.testkit.cluster.JdbcUri;
import io.howdah.testkit.cluster.LocalCluster;
import io.howdah.testkit.cluster.Sql;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One cluster whose gateways begin to cache while they run; the scenes follow each other. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class QueryCacheTest {
    private static final int SESSIONS = 4;
    private static final int READS = 30;
    private static final String SUM = "/* howdah:cache */ select sum(n) from prices";

    private static LocalCluster cluster;

    @BeforeAll
    static void up() throws Exception {
        cluster = LocalCluster.up();
        Sql.run(
                uri("zone1"),
                "create table prices (id int primary key, n int)",
                "insert into prices select i, i from generate_series(1, 10) i",
                "create table counters (id int primary key, n int)",
                "insert into counters select i, 0 from generate_series(1, 10) i");
    }

    @AfterAll
    static void down() {
        cluster.close();
    }

    private static String uri(String cell) {
        return JdbcUri.of(cluster.dsn("auto", cell));
    }

    private static ConditionFactory eventually() {
        return Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(10));
    }

    private static JsonNode json(String... arguments) {
        return JsonMapper.shared()
                .readTree(cluster.run(arguments)
                        .orThrow("howdah " + String.join(" ", arguments))
                        .output());
    }

    private static long hits() throws SQLException {
        return Long.parseLong(shown("hits"));
    }

    /** What SHOW CACHE of the first zone's gateway says. */
    private static String shown(String column) throws SQLException {
        try (Connection connection = DriverManager.getConnection(uri("zone1").replace("/postgres", "/howdah"));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW CACHE")) {
            rows.next();
            return rows.getString(column);
        }
    }

    private static String ask(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    /** Asks until the first zone's gateway gives the answer that it has kept. */
    private static String cached(Statement statement) {
        return eventually()
                .until(
                        () -> {
                            long before = hits();
                            String value = ask(statement, SUM);
                            return hits() > before ? value : "";
                        },
                        value -> !value.isEmpty());
    }

    @Test
    @Order(1)
    void aCacheIsSwitchedOnWhileTheGatewaysRunAndForgetsWhatIsWrittenElsewhere() throws Exception {
        assertThat(shown("state")).isEqualTo("off");
        Path file = cluster.directory().resolve("howdah.yaml");
        Files.writeString(file, "cache:\n  enabled: true\n", StandardOpenOption.APPEND);
        cluster.run("gateway", "reload").orThrow("gateway reload");
        try (Connection connection = DriverManager.getConnection(uri("zone1"));
                Statement statement = connection.createStatement()) {
            assertThat(cached(statement)).isEqualTo("55");

            Sql.run(uri("zone2"), "update prices set n = n + 1");
            eventually().until(() -> ask(statement, SUM).equals("65"));
            assertThat(cached(statement)).isEqualTo("65");

            Sql.run(cluster.direct(cluster.leader().orElseThrow()), "delete from prices where id = 10");
            eventually().until(() -> ask(statement, SUM).equals("54"));
            assertThat(cached(statement)).isEqualTo("54");
        }
    }

    @Test
    @Order(2)
    void operatorsLookAtTheCachesAndEmptyThem() throws Exception {
        try (Connection connection = DriverManager.getConnection(uri("zone1"));
                Statement statement = connection.createStatement()) {
            cached(statement);
        }
        JsonNode first = json("cache", "stats", "-o", "json").path("gateways").path(0);
        assertThat(first.path("state").stringValue())
                .isEqualTo("follows " + cluster.leader().orElseThrow());
        assertThat(first.path("entries").longValue()).isPositive();
        assertThat(cluster.run("cache", "stats").orThrow("cache stats").output())
                .contains("GATEWAY", "gateway1", "gateway3", "64 MB");

        assertThat(json("cache", "invalidate", "--table", "counters", "-o", "json")
                        .path("cached_queries_cleared")
                        .longValue())
                .isZero();
        assertThat(json("cache", "invalidate", "--database", "elsewhere", "-o", "json")
                        .path("cached_queries_cleared")
                        .longValue())
                .isZero();
        JsonNode forgotten = json("cache", "invalidate", "--table", "public.prices", "-o", "json");
        assertThat(forgotten.path("cached_queries_cleared").longValue()).isPositive();
        assertThat(forgotten.path("memory_freed_mb").doubleValue()).isPositive();
        assertThat(forgotten.path("missing")).isEmpty();
        assertThat(shown("entries")).isEqualTo("0");
    }

    /** Counts up in a row of its own, and reads it over and over. Says how often it has counted. */
    private static int count(int id, AtomicBoolean stop) throws SQLException {
        String read = "/* howdah:cache */ select n from counters where id = " + id;
        int value = 0;
        try (Connection connection = DriverManager.getConnection(uri("zone1"));
                Statement statement = connection.createStatement()) {
            while (!stop.get()) {
                statement.execute("update counters set n = n + 1 where id = " + id);
                value++;
                for (int round = 0; round < READS; round++) {
                    assertThat(ask(statement, read)).isEqualTo("" + value);
                }
            }
        }
        return value;
    }

    @Test
    @Order(3)
    void aSwitchoverGivesNobodyLessThanItHasWritten() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        long before = hits();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> counts = new ArrayList<>();
            for (int index = 1; index <= SESSIONS; index++) {
                int id = index;
                counts.add(threads.submit(() -> count(id, stop)));
            }
            try {
                for (int move = 0; move < 2; move++) {
                    long then = hits();
                    eventually()
                            .until(() ->
                                    hits() > then + READS || counts.stream().anyMatch(Future::isDone));
                    cluster.run("switchover", "--yes").orThrow("switchover");
                }
                String leader = cluster.leader().orElseThrow();
                eventually()
                        .until(() -> shown("state").equals("follows " + leader)
                                || counts.stream().anyMatch(Future::isDone));
            } finally {
                stop.set(true);
            }
            int all = 0;
            for (Future<Integer> count : counts) {
                all += count.get();
            }
            assertThat(Sql.one(uri("zone2"), "select sum(n) from counters")).isEqualTo("" + all);
        }
        assertThat(hits()).isGreaterThan(before);
        try (Connection connection = DriverManager.getConnection(uri("zone1"));
                Statement statement = connection.createStatement()) {
            assertThat(cached(statement)).isEqualTo("54");
            Sql.run(uri("zone3"), "update prices set n = 0");
            eventually().until(() -> ask(statement, SUM).equals("0"));
            assertThat(cached(statement)).isEqualTo("0");
        }
    }
}
