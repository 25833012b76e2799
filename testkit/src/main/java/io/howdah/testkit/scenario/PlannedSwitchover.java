package io.howdah.testkit.scenario;

import java.time.Duration;

/** A7. */
final class PlannedSwitchover implements Scenario {
    @Override
    public Script script() {
        return new Script(
                "A7",
                "switchover to a named standby under 16 writers on every gateway, there and back",
                "no client sees an error, the target leads, nothing lost, one promotion each, writes within 3 s (aim 0.3 s)",
                Pace.THOROUGH);
    }

    @Override
    public void play(Stage stage) throws Exception {
        for (int i = 0; i < 2; i++) {
            stage.watch().awaitHealthy(Duration.ofSeconds(60));
            String target = stage.watch().standbys().getFirst();
            try (Load load = Load.start(stage, 16)) {
                load.strike();
                stage.cluster().run("switchover", "--to", target, "--yes").orThrow("switchover");
                load.awaitRecovery(Duration.ofSeconds(30));
                Load.Outcome outcome = load.finish();
                Expect.that(stage.watch().leader().equals(target), "%s does not lead", target);
                Expect.that(
                        outcome.errors() == 0,
                        "clients saw errors: %s",
                        load.ledger().errors().stream().limit(3).toList());
                Expect.gap(outcome, 3_000);
                Expect.promotions(outcome, 1);
            }
        }
    }
}
