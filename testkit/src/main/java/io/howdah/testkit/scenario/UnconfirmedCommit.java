package io.howdah.testkit.scenario;

import io.howdah.testkit.cluster.Sql;
import io.howdah.testkit.fault.Processes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/** A14, trap T4: after a crash PostgreSQL alone would show everybody a commit that nobody confirmed. */
final class UnconfirmedCommit implements Scenario {
    private static final long ALONE_MILLIS = 4_000;

    @Override
    public Script script() {
        return new Script(
                "A14",
                "the leader crashes with a commit that nobody confirmed and comes up alone",
                "no gateway shows the row before a majority has it; in the end all nodes agree on it",
                Pace.QUICK);
    }

    @Override
    public void play(Stage stage) throws Exception {
        Sql.run(stage.writing(), "create table if not exists howdah_unseen (id int)", "truncate howdah_unseen");
        String leader = stage.watch().leader();
        List<Long> standbys =
                stage.watch().standbys().stream().map(stage::postmaster).toList();
        standbys.forEach(Processes::freezeTree);
        try (Attempt attempt = Attempt.begin(stage.direct(leader), "insert into howdah_unseen values (1)")) {
            Thread.sleep(200);
            Processes.kill(stage.postmaster(leader));
            Expect.that(!attempt.isSuccess(), "an unconfirmed commit was acknowledged");
            long until = System.nanoTime() + ALONE_MILLIS * 1_000_000;
            int answers = 0;
            while (System.nanoTime() < until) {
                answers += expectUnseen(stage.writing()) ? 1 : 0;
                for (String reader : stage.reading()) {
                    answers += expectUnseen(reader) ? 1 : 0;
                }
            }
            stage.figure("reads answered while alone", answers);
        } finally {
            standbys.forEach(Processes::thawTree);
        }
        stage.watch().awaitHealthy(Duration.ofSeconds(60));
        List<String> counts = new java.util.ArrayList<>();
        for (String node : stage.watch().nodes()) {
            counts.add(Sql.one(stage.direct(node), "select count(*) from howdah_unseen"));
        }
        Expect.that(counts.stream().distinct().count() == 1, "the nodes disagree: %s", counts);
        stage.figure("row kept", counts.getFirst().equals("1"));
    }

    /** Whether there was an answer; an answer with the row is the fault. */
    private static boolean expectUnseen(String uri) {
        try (Connection connection = DriverManager.getConnection(uri.replace("connectTimeout=15", "connectTimeout=1")
                        .replace("socketTimeout=60", "socketTimeout=1"));
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select count(*), inet_server_port() from howdah_unseen")) {
            result.next();
            Expect.that(result.getInt(1) == 0, "the server on port %d shows an unconfirmed row", result.getInt(2));
            return true;
        } catch (SQLException e) {
            return false;
        }
    }
}
