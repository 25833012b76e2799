package io.howdah.testkit.scenario;

import java.time.Duration;

/** A5, the smaller half. */
final class StandbyIsolated implements Scenario {
    @Override
    public Script script() {
        return new Script(
                "A5-one",
                "one standby is cut off from both others, then let back",
                "writes go on (no gap over 2 s), no promotion, the standby catches up",
                Pace.QUICK);
    }

    @Override
    public boolean needsSandbox() {
        return true;
    }

    @Override
    public void play(Stage stage) throws Exception {
        String standby = stage.watch().standbys().getLast();
        try (Load load = Load.start(stage, 8)) {
            load.strike();
            stage.partition().isolate(standby);
            stage.watch()
                    .await(
                            "it loses its stream",
                            Duration.ofSeconds(15),
                            watch -> watch.node(standby).state() != io.howdah.kernel.model.NodeState.STREAMING);
            load.awaitRecovery(Duration.ofSeconds(10));
            stage.partition().heal();
            load.awaitRecovery(Duration.ofSeconds(10));
            Load.Outcome outcome = load.finish();
            Expect.gap(outcome, 2_000);
            Expect.promotions(outcome, 0);
        }
    }
}
