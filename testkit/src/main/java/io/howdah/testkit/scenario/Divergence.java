package io.howdah.testkit.scenario;

import io.howdah.testkit.cluster.Sql;
import io.howdah.testkit.fault.Processes;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** Makes a leader write what no other node has, kills it, and sees that the others go on without those rows. */
public final class Divergence {
    static final String TABLE = "howdah_divergent";

    private Divergence() {}

    /** Returns the dead node, whose log reaches beyond the point where its successor began. */
    public static String make(Stage stage, int rows) throws SQLException {
        String leader = stage.watch().leader();
        List<String> standbys = stage.watch().standbys();
        Sql.run(
                stage.direct(leader),
                "drop table if exists " + TABLE,
                "create table " + TABLE + " (id int, filler text)");
        List<Long> frozen = standbys.stream().map(stage::postmaster).toList();
        frozen.forEach(Processes::freezeTree);
        try (Attempt attempt = Attempt.begin(
                stage.direct(leader),
                "insert into " + TABLE + " select n, repeat('x', 500) from generate_series(1, " + rows + ") n")) {
            awaitWritten(stage, leader);
            Expect.that(!attempt.isSuccess(), "a write was acknowledged while both standbys were frozen");
            stage.killNode(leader);
        }
        frozen.forEach(Processes::thawTree);
        stage.watch()
                .await(
                        "another node leads",
                        Duration.ofSeconds(30),
                        watch -> watch.serving()
                                .filter(now -> !now.equals(leader))
                                .isPresent());
        return leader;
    }

    /** The insert has written its commit record and waits for a confirmation. */
    private static void awaitWritten(Stage stage, String leader) throws SQLException {
        String uri = stage.direct(leader);
        String waiting =
                "select count(*) from pg_stat_activity where wait_event = 'SyncRep' and query like 'insert into "
                        + TABLE + "%'";
        for (int i = 0; i < 500; i++) {
            if (Sql.one(uri, waiting).equals("1")) {
                return;
            }
        }
        throw new AssertionError("the insert does not wait for a confirmation");
    }

    /** No node has the rows that were never acknowledged. */
    public static void expectGone(Stage stage) throws SQLException {
        for (String node : stage.watch().nodes()) {
            String rows = Sql.one(stage.direct(node), "select count(*) from " + TABLE);
            Expect.that(rows.equals("0"), "%s still has %s rows that only a dead leader had", node, rows);
        }
    }
}
