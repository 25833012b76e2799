package io.howdah.testkit.scenario;

import java.time.Duration;

/** A9. */
final class LeadersDieInSequence implements Scenario {
    private static final long SILENCE_MILLIS = 4_000;

    @Override
    public Script script() {
        return new Script(
                "A9",
                "the leader dies, then its successor, before the first one is back",
                "the last node does not serve, no write is acknowledged; all recovers when the dead are started again",
                Pace.THOROUGH);
    }

    @Override
    public void play(Stage stage) throws Exception {
        String first = stage.watch().leader();
        try (Load load = Load.start(stage, 8)) {
            stage.killNode(first);
            load.awaitRecovery(Duration.ofSeconds(30));
            String second = stage.watch().leader();
            stage.killNode(second);
            Thread.sleep(500);
            long from = System.nanoTime();
            Thread.sleep(SILENCE_MILLIS);
            long acknowledged = load.ledger().countSince(from);
            Expect.that(acknowledged == 0, "%d writes were acknowledged by one node of three", acknowledged);
            Expect.that(stage.watch().serving().isEmpty(), "the last node serves alone");
            load.strike();
            stage.restartMissing();
            load.awaitRecovery(Duration.ofSeconds(40));
            load.finish();
        }
    }
}
