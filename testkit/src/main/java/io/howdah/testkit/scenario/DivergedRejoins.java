package io.howdah.testkit.scenario;

import java.time.Duration;

/** A10. */
final class DivergedRejoins implements Scenario {
    @Override
    public Script script() {
        return new Script(
                "A10",
                "a leader that wrote what nobody else has is killed and started again behind its successor",
                "it streams within 20 s of its start, by pg_rewind, and the rows that only it had are gone",
                Pace.QUICK);
    }

    @Override
    public void play(Stage stage) throws Exception {
        String dead = Divergence.make(stage, 20_000);
        long from = System.nanoTime();
        stage.restartMissing();
        stage.watch().awaitHealthy(Duration.ofSeconds(60));
        long millis = (System.nanoTime() - from) / 1_000_000;
        stage.figure("rejoin ms", millis);
        Expect.that(millis <= 20_000, "%s took %d ms to rejoin", dead, millis);
        Divergence.expectGone(stage);
    }
}
