package io.howdah.testkit.scenario;

import io.howdah.testkit.fault.Processes;
import java.time.Duration;

/** A6. */
final class NodeProcessKilled implements Scenario {
    @Override
    public Script script() {
        return new Script(
                "A6",
                "kill -9 of the leader's node process while its PostgreSQL lives; started again at once",
                "no promotion, the same postmaster serves on, nothing lost",
                Pace.QUICK);
    }

    @Override
    public void play(Stage stage) throws Exception {
        String leader = stage.watch().leader();
        long postmaster = stage.postmaster(leader);
        try (Load load = Load.start(stage, 8)) {
            load.strike();
            Processes.kill(stage.agent(leader));
            stage.restartMissing();
            load.awaitRecovery(Duration.ofSeconds(30));
            Load.Outcome outcome = load.finish();
            Expect.promotions(outcome, 0);
            Expect.that(
                    stage.watch().leader().equals(leader) && stage.postmaster(leader) == postmaster,
                    "%s does not serve on: %s",
                    leader,
                    stage.watch().describe());
        }
    }
}
