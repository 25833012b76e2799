package io.howdah.testkit.scenario;

import io.howdah.postgres.process.PostgresBundle;
import io.howdah.postgres.process.UnprivilegedUser;
import io.howdah.testkit.cluster.LocalCluster;
import io.howdah.testkit.cluster.Sql;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/**
 * A20. Slots survive a failover from PostgreSQL 17 on, so this one brings a cluster of its own with the bundle that Howdah
 * fetches where nothing is installed.
 */
final class LogicalSlots implements Scenario {
    private static final Pattern ID = Pattern.compile("id\\[integer\\]:(\\d+)");
    private static final int PATIENCE = 300;
    private static final int BEFORE = 500;
    private static final int AFTER = 500;

    @Override
    public Script script() {
        return new Script(
                "A20",
                "a consumer reads a logical slot, PostgreSQL 18; the leader's node and PostgreSQL are killed",
                "the consumer goes on at the new leader without a gap; a slot that was not to be carried over is named as such",
                Pace.THOROUGH);
    }

    @Override
    public void play(Stage stage) throws Exception {
        String binaries = PostgresBundle.standard(UnprivilegedUser.detect())
                .fetch(line -> {})
                .directory()
                .toString();
        try (LocalCluster cluster = LocalCluster.up("--pg-bin", binaries)) {
            cluster.run("config", "set", "wal_level=logical").orThrow("config set");
            cluster.run("node", "restart", "--all", "--rolling", "--yes").orThrow("restart");
            cluster.awaitHealthy();
            consume(stage, cluster);
        }
    }

    private static void consume(Stage stage, LocalCluster cluster) throws Exception {
        String leader = cluster.leader().orElseThrow();
        String direct = cluster.direct(leader);
        Sql.run(direct, "create table feed (id int primary key)");
        Sql.run(direct, "select pg_create_logical_replication_slot('carried', 'test_decoding', false, false, true)");
        Sql.run(direct, "select pg_create_logical_replication_slot('left_behind', 'test_decoding')");
        List<Integer> read = new ArrayList<>();
        int written = awaitCopy(cluster, direct, read);
        insert(direct, written + 1, written + BEFORE);
        read(direct, 100, read);

        cluster.killNodeAndPostgres(leader);
        cluster.await(
                "another leader",
                status -> status.path("leader").isString()
                        && !status.path("leader").stringValue().equals(leader));
        String next = cluster.direct(cluster.leader().orElseThrow());
        int all = written + BEFORE + AFTER;
        insert(next, written + BEFORE + 1, all);
        Awaitility.await("all changes")
                .atMost(Duration.ofSeconds(30))
                .ignoreExceptionsInstanceOf(SQLException.class)
                .until(() -> {
                    read(next, 200, read);
                    return new TreeSet<>(read).size() == all;
                });
        stage.figure("changes read twice", read.size() - all);
        Expect.that(
                Sql.column(next, "select slot_name from pg_replication_slots where slot_name = 'left_behind'")
                        .isEmpty(),
                "a slot that was not marked for failover is on %s",
                cluster.leader());
        cluster.upAgain();
        cluster.awaitHealthy();
    }

    /** A copy becomes usable only when its original has gone on since; so there is something to read each time. */
    private static int awaitCopy(LocalCluster cluster, String uri, List<Integer> read) throws SQLException {
        for (int written = 1; written <= PATIENCE; written++) {
            insert(uri, written, written);
            read(uri, 100, read);
            String problems = problems(cluster.status());
            if (problems.contains("'left_behind' would be lost") && !problems.contains("'carried' would be lost")) {
                return written;
            }
        }
        throw new AssertionError("no standby has a usable copy of the slot: " + cluster.status());
    }

    private static String problems(JsonNode status) {
        return status.path("problems").toString();
    }

    private static void insert(String uri, int from, int to) throws SQLException {
        Sql.run(uri, "insert into feed select generate_series(%d, %d)".formatted(from, to));
    }

    private static void read(String uri, int limit, List<Integer> into) throws SQLException {
        List<String> changes =
                Sql.column(uri, "select data from pg_logical_slot_get_changes('carried', null, %d)".formatted(limit));
        for (String change : changes) {
            Matcher matcher = ID.matcher(change);
            if (matcher.find()) {
                into.add(Integer.parseInt(matcher.group(1)));
            }
        }
    }
}
