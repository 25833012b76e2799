package io.howdah.testkit.scenario;

import java.time.Duration;

/** A5, the larger half. */
final class MajorityIsolated implements Scenario {
    private static final long SETTLE_MILLIS = 300;
    private static final long SILENCE_MILLIS = 4_000;

    @Override
    public Script script() {
        return new Script(
                "A5-two",
                "all three nodes are cut off from each other, then let back",
                "no write is acknowledged meanwhile, writes go on within 10 s afterwards, nothing lost, at most one promotion",
                Pace.QUICK);
    }

    @Override
    public boolean needsSandbox() {
        return true;
    }

    @Override
    public void play(Stage stage) throws Exception {
        try (Load load = Load.start(stage, 8)) {
            stage.watch().standbys().forEach(stage.partition()::isolate);
            // Confirmations that had reached the leader before the cut may still be on their way to clients.
            Thread.sleep(SETTLE_MILLIS);
            long from = System.nanoTime();
            Thread.sleep(SILENCE_MILLIS);
            long acknowledged = load.ledger().countSince(from);
            Expect.that(acknowledged == 0, "%d writes were acknowledged without a majority", acknowledged);
            load.strike();
            stage.partition().heal();
            load.awaitRecovery(Duration.ofSeconds(30));
            Load.Outcome outcome = load.finish();
            Expect.gap(outcome, 10_000);
            Expect.that(outcome.promotions() <= 1, "%d promotions", outcome.promotions());
        }
    }
}
