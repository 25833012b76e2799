package io.howdah.testkit.scenario;

import java.time.Duration;

/** A2. */
final class NodeLost implements Scenario {
    private static final long LIMIT_MILLIS = 5_000;

    @Override
    public Script script() {
        return new Script(
                "A2",
                "kill -9 of the leader's node process and its PostgreSQL",
                "nothing lost, writes within 5 s (aim 1 s), one promotion, the old leader comes back as a standby",
                Pace.QUICK);
    }

    @Override
    public void play(Stage stage) throws Exception {
        String leader = stage.watch().leader();
        try (Load load = Load.start(stage, 8)) {
            load.strike();
            stage.killNode(leader);
            load.awaitRecovery(Duration.ofSeconds(30));
            stage.restartMissing();
            Load.Outcome outcome = load.finish();
            Expect.gap(outcome, LIMIT_MILLIS);
            Expect.promotions(outcome, 1);
            Expect.that(!stage.watch().leader().equals(leader), "%s leads again", leader);
        }
    }
}
