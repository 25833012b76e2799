package io.howdah.testkit.scenario;

import io.howdah.testkit.fault.Processes;
import java.time.Duration;

/** A24. */
final class AdminDead implements Scenario {
    @Override
    public Script script() {
        return new Script(
                "A24",
                "the admin process is dead when the leader's node and PostgreSQL are killed",
                "the failover is none the worse: nothing lost, writes within 5 s, one promotion",
                Pace.THOROUGH);
    }

    @Override
    public void play(Stage stage) throws Exception {
        Processes.kill(stage.cluster().status().path("admin").path("pid").longValue());
        String leader = stage.watch().leader();
        try (Load load = Load.start(stage, 8)) {
            load.strike();
            stage.killNode(leader);
            load.awaitRecovery(Duration.ofSeconds(30));
            stage.restartMissing();
            Load.Outcome outcome = load.finish();
            Expect.gap(outcome, 5_000);
            Expect.promotions(outcome, 1);
        }
    }
}
