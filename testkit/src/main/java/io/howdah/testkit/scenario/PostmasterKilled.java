package io.howdah.testkit.scenario;

import io.howdah.testkit.fault.Processes;
import java.time.Duration;

/** A1. */
final class PostmasterKilled implements Scenario {
    private static final long LIMIT_MILLIS = 5_000;

    private final int rounds;

    PostmasterKilled(int rounds) {
        this.rounds = rounds;
    }

    @Override
    public Script script() {
        return new Script(
                "A1",
                "kill -9 of the leader's postmaster",
                "nothing lost, writes within 5 s (aim 1 s), one promotion for each kill",
                Pace.QUICK);
    }

    @Override
    public void play(Stage stage) throws Exception {
        for (int i = 0; i < rounds; i++) {
            stage.watch().awaitHealthy(Duration.ofSeconds(60));
            try (Load load = Load.start(stage, 8)) {
                load.strike();
                Processes.kill(stage.postmaster(stage.watch().leader()));
                load.awaitRecovery(Duration.ofSeconds(30));
                Load.Outcome outcome = load.finish();
                Expect.gap(outcome, LIMIT_MILLIS);
                Expect.promotions(outcome, 1);
            }
        }
    }
}
