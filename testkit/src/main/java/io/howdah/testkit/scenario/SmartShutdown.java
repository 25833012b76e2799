package io.howdah.testkit.scenario;

import io.howdah.testkit.fault.Processes;
import java.time.Duration;

/** A8, with PostgreSQL stopped past its node: it would serve who is connected and refuse everybody else, for ever. */
final class SmartShutdown implements Scenario {
    @Override
    public Script script() {
        return new Script(
                "A8-smart",
                "'pg_ctl stop -m smart' of a standby and then of the leader, by hand",
                "the standby comes back, the leader hands over: one promotion, no client sees an error, nothing lost",
                Pace.QUICK);
    }

    @Override
    public void play(Stage stage) throws Exception {
        shutDown(stage, stage.watch().standbys().getFirst(), 0);
        shutDown(stage, stage.watch().leader(), 1);
    }

    private static void shutDown(Stage stage, String node, int promotions) throws Exception {
        long postmaster = stage.postmaster(node);
        try (Load load = Load.start(stage, 8)) {
            load.strike();
            Processes.terminate(postmaster);
            stage.watch()
                    .await(
                            node + " has a new PostgreSQL",
                            Duration.ofSeconds(30),
                            watch -> watch.isHealthy() && watch.node(node).postgresProcessId() != postmaster);
            load.awaitRecovery(Duration.ofSeconds(30));
            Load.Outcome outcome = load.finish();
            Expect.that(
                    outcome.errors() == 0,
                    "clients saw errors: %s",
                    load.ledger().errors().stream().limit(3).toList());
            Expect.gap(outcome, 5_000);
            Expect.promotions(outcome, promotions);
        }
    }
}
