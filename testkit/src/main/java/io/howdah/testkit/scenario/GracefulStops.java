package io.howdah.testkit.scenario;

import io.howdah.testkit.fault.Processes;
import java.time.Duration;

/** A8. */
final class GracefulStops implements Scenario {
    @Override
    public Script script() {
        return new Script(
                "A8",
                "SIGTERM to a standby, to the leader, then to each node in turn",
                "a standby's stop costs nothing, the leader's leads to one promotion and writes within 5 s; nothing lost",
                Pace.THOROUGH);
    }

    @Override
    public void play(Stage stage) throws Exception {
        stopAndStart(stage, stage.watch().standbys().getFirst(), 0);
        stopAndStart(stage, stage.watch().leader(), 1);
        for (String node : stage.watch().nodes()) {
            stopAndStart(stage, node, stage.watch().leader().equals(node) ? 1 : 0);
        }
    }

    private static void stopAndStart(Stage stage, String node, int promotions) throws Exception {
        try (Load load = Load.start(stage, 8)) {
            load.strike();
            Processes.terminate(stage.agent(node));
            stage.watch().await("it has gone", watch -> !watch.speaks(node));
            load.awaitRecovery(Duration.ofSeconds(30));
            stage.restartMissing();
            Load.Outcome outcome = load.finish();
            Expect.gap(outcome, promotions == 0 ? 2_000 : 5_000);
            Expect.promotions(outcome, promotions);
        }
    }
}
