package io.howdah.testkit.scenario;

import io.howdah.testkit.cluster.Sql;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** A4. */
final class LeaderIsolated implements Scenario {
    private static final long LIMIT_MILLIS = 7_000;

    /** The lease of 2 s, and what a busy machine needs to show its end. */
    private static final Duration LEASE = Duration.ofMillis(2_700);

    @Override
    public Script script() {
        return new Script(
                "A4",
                "the leader is cut off from its peers while clients and gateways still reach it",
                "what it writes is never acknowledged, its gate closes within the lease, no gateway reads from it after"
                        + " that, writes elsewhere within 7 s (aim 5 s), one promotion, its rows are gone after it rejoined",
                Pace.QUICK);
    }

    @Override
    public boolean needsSandbox() {
        return true;
    }

    @Override
    public void play(Stage stage) throws Exception {
        String leader = stage.watch().leader();
        int leaderPort = stage.watch().node(leader).postgresPort();
        Sql.run(stage.writing(), "create table if not exists howdah_stray (id int)", "truncate howdah_stray");
        try (Load load = Load.start(stage, 8)) {
            load.strike();
            stage.partition().isolate(leader);
            long cutAtNanos = System.nanoTime();
            try (Attempt stray = Attempt.begin(stage.direct(leader), "insert into howdah_stray values (1)")) {
                stage.watch()
                        .await(
                                "the gate closes",
                                LEASE,
                                watch -> !watch.node(leader).gateOpen());
                stage.figure("gate closed after ms", (System.nanoTime() - cutAtNanos) / 1_000_000);
                expectNoReadsFrom(leaderPort, stage);
                load.awaitRecovery(Duration.ofSeconds(30));
                Expect.that(!stray.isSuccess(), "%s acknowledged a write that no other node has", leader);
                stage.partition().heal();
                load.awaitRecovery(Duration.ofSeconds(30));
                Load.Outcome outcome = load.finish();
                Expect.that(!stray.isSuccess(), "%s acknowledged a write after it was deposed", leader);
                Expect.gap(outcome, LIMIT_MILLIS);
                Expect.promotions(outcome, 1);
            }
        }
        for (String node : stage.watch().nodes()) {
            String rows = Sql.one(stage.direct(node), "select count(*) from howdah_stray");
            Expect.that(rows.equals("0"), "%s still has the row of the isolated leader", node);
        }
    }

    /** A gateway may hold the question until there is a leader; it must not have the old one answer it. */
    private static void expectNoReadsFrom(int port, Stage stage) throws SQLException {
        try (Connection connection = DriverManager.getConnection(stage.writing());
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select inet_server_port()")) {
            Expect.that(result.next() && result.getInt(1) != port, "a gateway read from the isolated leader");
        }
    }
}
