package io.howdah.testkit.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.testkit.cluster.CommandResult;
import io.howdah.testkit.cluster.JdbcUri;
import io.howdah.testkit.cluster.LocalCluster;
import io.howdah.testkit.cluster.Writers;
import io.howdah.testkit.fault.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One cluster under maintenance; the scenes follow each other. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class MaintenanceTest {
    private static LocalCluster cluster;

    @BeforeAll
    static void up() {
        cluster = LocalCluster.up();
    }

    @AfterAll
    static void down() {
        cluster.close();
    }

    /** Acceptance scenario A21. */
    @Test
    @Order(1)
    void whileElectionsArePausedNobodyTakesOverAndAfterwardsSomebodyDoesAtOnce() throws Exception {
        String leader = cluster.leader().orElseThrow();
        cluster.run("pause", "--reason", "new switches").orThrow("pause");
        JsonNode paused = cluster.status();
        assertThat(paused.path("pause").path("reason").stringValue()).isEqualTo("new switches");
        assertThat(paused.path("failover").booleanValue()).isFalse();
        long term = paused.path("term").longValue();
        try (Writers writers = Writers.start(cluster.dsn("rw", "zone1"), 4)) {
            awaitMoreWrites(writers);
        }

        cluster.killNodeAndPostgres(leader);

        // Longer than any node would wait before it suspects and elects.
        Awaitility.await()
                .during(Duration.ofSeconds(6))
                .atMost(Duration.ofSeconds(12))
                .until(() -> cluster.status().path("term").longValue() == term
                        && cluster.leader().isEmpty());

        cluster.run("resume").orThrow("resume");

        JsonNode resumed =
                cluster.await("a new leader", status -> status.path("leader").isString());
        assertThat(resumed.path("leader").stringValue()).isNotEqualTo(leader);
        assertThat(resumed.path("pause").isNull()).isTrue();
        cluster.upAgain();
        cluster.awaitHealthy();
    }

    @Test
    @Order(2)
    void aSwitchoverThatIsAskedForWorksDuringAPauseWhichEndsByItself() {
        String leader = cluster.leader().orElseThrow();
        cluster.run("pause", "--for", "20s").orThrow("pause");

        JsonNode done = JsonMapper.shared()
                .readTree(cluster.run("switchover", "--yes", "-o", "json")
                        .orThrow("switchover")
                        .output());

        assertThat(done.path("from").stringValue()).isEqualTo(leader);
        assertThat(done.path("to").stringValue()).isNotEqualTo(leader);
        cluster.await("the end of the pause", status -> status.path("pause").isNull());
        cluster.awaitHealthy();
    }

    @Test
    @Order(3)
    void theHistoryTellsWhoLedAndWhy() throws Exception {
        String leader = cluster.leader().orElseThrow();

        JsonNode newest = newestInHistory();

        assertThat(newest.path("leader").stringValue()).isEqualTo(leader);
        assertThat(newest.path("reason").stringValue()).startsWith("switchover");
        assertThat(newest.path("members")).hasSize(3);
        assertThat(cluster.run("history").orThrow("history").output()).contains("CAUSE", "node1,node2,node3");
        JsonNode planned = newest.path("promotion");
        assertThat(planned.path("kind").stringValue()).isEqualTo("switchover");
        assertThat(planned.path("to").stringValue()).isEqualTo(leader);
        assertThat(planned.path("from").stringValue()).isNotEqualTo(leader);
        assertThat(planned.path("phases").propertyNames())
                .containsExactly("held_ms", "detected_ms", "elected_ms", "promoted_ms", "confirmed_ms", "opened_ms");
        assertThat(planned.path("phases")
                        .valueStream()
                        .mapToLong(JsonNode::longValue)
                        .sum())
                .isEqualTo(planned.path("outage_ms").longValue())
                .isPositive();
        assertThat(cluster.run("history", "--phases").orThrow("history").output())
                .containsPattern("switchover +node\\d +" + leader);

        cluster.killNodeAndPostgres(leader);
        cluster.await(
                "another leader",
                status -> !List.of("", leader).contains(status.path("leader").stringValue("")));

        assertThat(newestInHistory().path("reason").stringValue())
                .as("the switchover before is not the cause of this")
                .contains(leader)
                .doesNotContain("switchover");
        // Written when clients are let in already.
        JsonNode unplanned = Awaitility.await()
                .until(
                        () -> newestInHistory().path("promotion"),
                        promotion -> promotion.path("kind").isString());
        assertThat(unplanned.path("kind").stringValue()).isEqualTo("failover");
        assertThat(unplanned.path("from").stringValue()).isEqualTo(leader);
    }

    private static JsonNode newestInHistory() {
        CommandResult result = cluster.run("history", "-o", "json").orThrow("history");
        return JsonMapper.shared().readTree(result.output()).path("history").path(0);
    }

    @Test
    @Order(4)
    void aDryRunNamesWhatSpeaksAgainstEachNodeAndTheSwitchoverObeys() throws Exception {
        cluster.upAgain();
        cluster.awaitHealthy();
        String leader = cluster.leader().orElseThrow();
        List<String> standbys = new ArrayList<>(cluster.nodeIds());
        standbys.remove(leader);
        String paused = standbys.get(0);
        String tagged = standbys.get(1);
        cluster.run("node", "tag", tagged, "never-leader").orThrow("tag");
        onNode(paused, "select pg_wal_replay_pause()");

        JsonNode forecast = Awaitility.await()
                .until(MaintenanceTest::forecast, seen -> why(seen, paused).equals("has its replay paused"));
        assertThat(forecast.path("possible").booleanValue()).isFalse();
        assertThat(why(forecast, tagged)).isEqualTo("is tagged never-leader");
        assertThat(why(forecast, leader)).isEqualTo("is the leader");
        assertThat(refusal("--to", paused)).contains(paused + " has its replay paused", "howdah switchover --dry-run");
        assertThat(refusal("--to", tagged)).contains(tagged + " is tagged never-leader");
        assertThat(refusal("--to", "node99")).contains("node99");
        assertThat(refusal("--to", leader)).contains(leader + " is the leader already");
        assertThat(refusal()).contains(paused + " has its replay paused", tagged + " is tagged never-leader");

        onNode(paused, "select pg_wal_replay_resume()");
        cluster.run("node", "tag", tagged, "never-leader=").orThrow("tag");
        JsonNode free = Awaitility.await()
                .until(
                        MaintenanceTest::forecast,
                        seen -> why(seen, paused).isEmpty() && why(seen, tagged).isEmpty());
        assertThat(free.path("possible").booleanValue()).isTrue();
        assertThat(free.path("estimated_outage_ms").longValue()).isPositive();
        assertThat(cluster.leader()).contains(leader);
    }

    @Test
    @Order(5)
    void settingsHoldOnEveryNodeAndNothingIsWrittenThatPostgresRefuses() throws Exception {
        cluster.run("config", "set", "work_mem=32MB").orThrow("config set");
        for (String node : cluster.nodeIds()) {
            assertThat(valueOn(node, "work_mem")).as(node).isEqualTo("32MB");
        }

        assertThat(refusedSetting("work_mem=plenty")).contains("invalid value for parameter \"work_mem\": \"plenty\"");
        assertThat(refusedSetting("work_memory=1MB")).contains("unrecognized configuration parameter \"work_memory\"");
        assertThat(refusedSetting("synchronous_commit=off")).contains("that no commit is lost rests on");
        assertThat(refusedSetting("port=1")).contains("each node has an address");
        assertThat(refusedSetting("statement_timeout=1s")).contains("ALTER DATABASE");
        assertThat(refusedSetting("max_connections=150")).contains("cannot be lowered from 200 to 150");
        assertThat(refusedSetting("shared_preload_libraries=nowhere")).contains("could not access file \"nowhere\"");
        assertThat(refusedSetting("ssl=on")).contains("could not load server certificate file");
        assertThat(settings().propertyNames()).containsExactly("work_mem");

        assertThat(cluster.run("config", "set", "max_connections=210")
                        .orThrow("config set")
                        .output())
                .contains("wait for a restart", "howdah node restart --all --rolling");
        cluster.await(
                "each node says what waits for a restart",
                status -> status.path("nodes")
                        .valueStream()
                        .allMatch(node ->
                                node.path("pending_restart").stringValue("").equals("max_connections")));
        assertThat(cluster.run("status").output()).contains("restart needed for max_connections");
        cluster.run("node", "restart", "--all", "--rolling", "--yes").orThrow("rolling restart");
        for (String node : cluster.nodeIds()) {
            assertThat(valueOn(node, "max_connections")).as(node).isEqualTo("210");
        }
        cluster.await(
                "nothing waits for a restart",
                status -> status.path("nodes")
                        .valueStream()
                        .allMatch(node ->
                                node.path("pending_restart").stringValue("").isEmpty()));

        cluster.run("config", "unset", "work_mem").orThrow("config unset");
        assertThat(valueOn(cluster.nodeIds().getFirst(), "work_mem")).isEqualTo("4MB");
        assertThat(settings().propertyNames()).containsExactly("max_connections");
    }

    @Test
    @Order(6)
    void aSecondProcessUnderANodesNameIsRefused() {
        String node = cluster.nodeIds().getFirst();
        long pid = cluster.node(node).path("pid").longValue();

        CommandResult second = cluster.runServer(
                "node",
                "--config",
                cluster.directory().resolve("run/" + node + ".yaml").toString());

        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second.output())
                .contains("another process works as " + node, "process " + pid, "would give the same voice twice");
        cluster.awaitHealthy();
    }

    @Test
    @Order(7)
    void aGatewayIsReplacedWhileItsClientsGoOn() throws Exception {
        String jdbc = JdbcUri.of(cluster.dsn("rw", "zone1"));
        JsonNode first = gateway1();
        try (Connection idle = DriverManager.getConnection(jdbc);
                Connection busy = DriverManager.getConnection(jdbc);
                Writers writers = Writers.start(cluster.dsn("rw", "zone1"), 2);
                Statement statement = busy.createStatement()) {
            busy.setAutoCommit(false);
            statement.execute("select 1");
            AtomicBoolean stop = new AtomicBoolean();
            ExecutorService threads = Executors.newCachedThreadPool();
            List<Future<Integer>> callers = new ArrayList<>();
            for (int caller = 0; caller < 3; caller++) {
                callers.add(threads.submit(() -> connectUntil(stop, jdbc)));
            }
            CommandResult restart = cluster.run("gateway", "restart", "gateway1", "--drain", "30");
            assertThat(restart.orThrow("gateway restart").errors()).contains("no connection was refused");
            assertThat(gateway1().path("pid")).isNotEqualTo(first.path("pid"));
            // Both processes must have let their transactions finish before the leader is changed.
            statement.execute("select 1");
            busy.commit();
            cluster.run("switchover", "--yes").orThrow("switchover");
            idle.createStatement().execute("select 1");
            stop.set(true);
            for (Future<Integer> caller : callers) {
                assertThat(caller.get()).as("connections made, none refused").isPositive();
            }
            writers.stop();
            assertThat(writers.ledger().errors()).isEmpty();
            threads.shutdown();
        }
        Awaitility.await("the first process ends with its last client")
                .atMost(Duration.ofSeconds(20))
                .until(() -> ProcessHandle.of(first.path("pid").longValue()).isEmpty());
        cluster.awaitHealthy();
    }

    private static int connectUntil(AtomicBoolean stop, String jdbc) throws SQLException {
        int made = 0;
        while (!stop.get()) {
            try (Connection connection = DriverManager.getConnection(jdbc);
                    Statement statement = connection.createStatement()) {
                statement.execute("select 1");
                made++;
            }
        }
        return made;
    }

    private static JsonNode gateway1() {
        return cluster.status().path("gateways").path(0);
    }

    @Test
    @Order(8)
    void aGatewayReadsItsConfigurationAgainAndKeepsTheOldOneWhenTheNewCannotBeUsed(@TempDir Path own) throws Exception {
        Path file = cluster.directory().resolve("howdah.yaml");
        Path rules = own.resolve("hba.conf");
        String text = Files.readString(file);
        long pid = gateway1().path("pid").longValue();
        Files.writeString(rules, "host all all all scram-sha-256\n");
        Files.writeString(
                file,
                text
                        + "pooling:\n  maximum: 7\naccess:\n  hba_file: %s\nserving:\n  max_clients: 77\n"
                                .formatted(rules));
        cluster.run("gateway", "reload").orThrow("gateway reload");
        assertThat(configured("default_pool_size")).isEqualTo("7");
        assertThat(configured("max_client_conn")).isEqualTo("77");

        Files.writeString(rules, "host all all everywhere scram-sha-256\n");
        CommandResult refused = cluster.run("gateway", "reload", "gateway1");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.errors()).contains("line 1", "everywhere", "stays in force");
        assertThat(configured("configuration_problem")).contains("everywhere");
        assertThat(configured("max_client_conn")).isEqualTo("77");

        Files.writeString(file, text);
        cluster.run("gateway", "reload").orThrow("gateway reload");
        assertThat(configured("default_pool_size")).isEqualTo("20");
        assertThat(configured("configuration_problem")).isEmpty();
        assertThat(gateway1().path("pid").longValue()).isEqualTo(pid);
    }

    /** What SHOW CONFIG of the first gateway says; empty when it does not name it. */
    private static String configured(String key) throws SQLException {
        String console = JdbcUri.of(cluster.dsn("rw", "zone1")).replace("/postgres", "/howdah");
        try (Connection connection = DriverManager.getConnection(console);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW CONFIG")) {
            while (rows.next()) {
                if (rows.getString("key").equals(key)) {
                    return rows.getString("value");
                }
            }
            return "";
        }
    }

    @Test
    @Order(9)
    void failoverToANodeThatLacksCommitsSaysWhatIsLostAndAsksForConsent() throws Exception {
        String leader = cluster.leader().orElseThrow();
        List<String> others = new ArrayList<>(cluster.nodeIds());
        others.remove(leader);
        String behind = others.get(0);
        JsonNode frozen = cluster.node(behind);
        Processes.freezeTree(frozen.path("postgres_pid").longValue());
        Processes.freeze(frozen.path("pid").longValue());
        // More than the connection's buffers hold, so that most of it never reaches the one that is frozen.
        onNode(leader, "create table lost as select n, repeat(md5(n::text), 20) from generate_series(1, 60000) n");
        cluster.run("pause", "--reason", "nobody takes over by itself").orThrow("pause");
        cluster.killNodeAndPostgres(leader);
        Processes.thawTree(frozen.path("postgres_pid").longValue());
        Processes.thaw(frozen.path("pid").longValue());
        cluster.await(
                "the one that was frozen waits",
                status -> !status.path("leader").isString()
                        && cluster.node(behind).path("lsn").isString());

        assertThat(cluster.run("failover", "--to", behind, "--dry-run")
                        .orThrow("dry run")
                        .errors())
                .containsPattern(behind + " at .*; node\\d was last at .*: about [0-9.]+ MB may be lost");
        CommandResult refused = cluster.run("failover", "--to", behind, "--yes");
        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.errors()).contains("acknowledged commits could be lost", "--accept-data-loss");
        assertThat(cluster.leader()).isEmpty();

        cluster.run("failover", "--to", behind, "--yes", "--accept-data-loss").orThrow("failover");
        assertThat(cluster.leader()).contains(behind);
        cluster.run("resume").orThrow("resume");
        cluster.upAgain();
        cluster.awaitHealthy();
        for (String node : cluster.nodeIds()) {
            assertThat(firstOn(node, "select to_regclass('lost') is null"))
                    .as(node)
                    .isEqualTo("t");
        }
    }

    private static String refusedSetting(String assignment) {
        CommandResult result = cluster.run("config", "set", assignment);
        assertThat(result.exitCode()).as(assignment).isNotZero();
        return result.errors();
    }

    private static JsonNode settings() {
        return JsonMapper.shared()
                .readTree(cluster.run("config", "show", "-o", "json")
                        .orThrow("config show")
                        .output())
                .path("parameters");
    }

    private static String valueOn(String node, String parameter) throws Exception {
        return firstOn(node, "show " + parameter);
    }

    private static String firstOn(String node, String query) throws Exception {
        try (Connection connection = DriverManager.getConnection(cluster.direct(node));
                Statement sql = connection.createStatement();
                ResultSet answer = sql.executeQuery(query)) {
            answer.next();
            return answer.getString(1);
        }
    }

    private static JsonNode forecast() {
        return JsonMapper.shared()
                .readTree(cluster.run("switchover", "--dry-run", "-o", "json").output());
    }

    private static String why(JsonNode forecast, String node) {
        for (JsonNode candidate : forecast.path("candidates")) {
            if (candidate.path("node").stringValue("").equals(node)) {
                return candidate.path("why").stringValue("");
            }
        }
        return "not mentioned";
    }

    private static String refusal(String... target) {
        List<String> words = new ArrayList<>(List.of("switchover", "--yes"));
        words.addAll(List.of(target));
        CommandResult result = cluster.run(words.toArray(String[]::new));
        assertThat(result.exitCode()).as(words.toString()).isNotZero();
        return result.errors();
    }

    private static void onNode(String node, String statement) throws Exception {
        try (Connection connection = DriverManager.getConnection(cluster.direct(node));
                Statement sql = connection.createStatement()) {
            sql.execute(statement);
        }
    }

    private static void awaitMoreWrites(Writers writers) {
        int before = writers.ledger().count();
        Awaitility.await().until(() -> writers.ledger().count() > before + 50);
    }
}
