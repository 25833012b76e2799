package io.howdah.testkit.scenario;

import io.howdah.testkit.cluster.Sql;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** A18, trap T17. */
final class PausedReplay implements Scenario {
    /** How many of the standbys. */
    enum Extent {
        ONE,
        ALL
    }

    private final Extent extent;

    PausedReplay(Extent extent) {
        this.extent = extent;
    }

    @Override
    public Script script() {
        return new Script(
                "A18-" + extent.name().toLowerCase(java.util.Locale.ROOT),
                "replay is paused on %s when the leader's node and PostgreSQL are killed"
                        .formatted(extent == Extent.ONE ? "one standby" : "all standbys"),
                "somebody is elected, nothing lost, writes within 10 s",
                Pace.THOROUGH);
    }

    @Override
    public void play(Stage stage) throws Exception {
        List<String> standbys = stage.watch().standbys();
        List<String> paused = extent == Extent.ONE ? standbys.subList(0, 1) : standbys;
        try (Load load = Load.start(stage, 8)) {
            for (String node : paused) {
                pause(stage, node);
            }
            load.awaitRecovery(Duration.ofSeconds(10));
            load.strike();
            stage.killNode(stage.watch().leader());
            load.awaitRecovery(Duration.ofSeconds(90));
            stage.restartMissing();
            for (String node : paused) {
                resume(stage, node);
            }
            Load.Outcome outcome = load.finish();
            Expect.gap(outcome, 10_000);
            Expect.promotions(outcome, 1);
        }
    }

    private static void pause(Stage stage, String node) throws SQLException {
        Sql.one(stage.direct(node), "select pg_wal_replay_pause()");
    }

    private static void resume(Stage stage, String node) throws SQLException {
        Sql.one(
                stage.direct(node),
                "select case when pg_is_in_recovery() then pg_wal_replay_resume()::text else '' end");
    }
}
