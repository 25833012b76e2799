package io.howdah.testkit.scenario;

import io.howdah.testkit.cluster.Sql;
import java.time.Duration;

/** A13, the clumsy administrator. */
final class TerminateNoise implements Scenario {
    private static final int ROUNDS = 5;

    @Override
    public Script script() {
        return new Script(
                "A13-noise",
                "somebody terminates every backend of every node, Howdah's own and the walsenders too, five times",
                "no promotion, nothing lost, clients connect again",
                Pace.QUICK);
    }

    @Override
    public void play(Stage stage) throws Exception {
        try (Load load = Load.start(stage, 8)) {
            load.strike();
            for (int i = 0; i < ROUNDS; i++) {
                for (String node : stage.watch().nodes()) {
                    Sql.column(
                            stage.direct(node),
                            "select pg_terminate_backend(pid) from pg_stat_activity"
                                    + " where pid <> pg_backend_pid() and backend_type in ('client backend', 'walsender')");
                }
                load.awaitRecovery(Duration.ofSeconds(30));
            }
            Load.Outcome outcome = load.finish();
            Expect.promotions(outcome, 0);
            Expect.gap(outcome, 3_000);
        }
    }
}
