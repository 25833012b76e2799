package io.howdah.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final int RUNS = 3_000;

    @Test
    void noInvariantBreaksInThousandsOfWorlds() {
        AtomicLong acknowledged = new AtomicLong();
        AtomicLong promotions = new AtomicLong();
        AtomicLong switchovers = new AtomicLong();
        AtomicLong stuck = new AtomicLong();
        AtomicLong forced = new AtomicLong();
        LongStream.rangeClosed(1, RUNS).parallel().forEach(seed -> {
            Simulation.Outcome outcome = Simulation.run(seed, Scenario.of(seed));
            acknowledged.addAndGet(outcome.acknowledged());
            promotions.addAndGet(outcome.promotions());
            switchovers.addAndGet(outcome.switchovers());
            stuck.addAndGet(outcome.stuck() ? 1 : 0);
            forced.addAndGet(outcome.forced());
        });
        // The worlds must not be so hostile that nothing happens in them.
        assertThat(acknowledged.get()).isGreaterThan(100L * RUNS);
        assertThat(promotions.get()).isGreaterThan(2L * RUNS);
        assertThat(switchovers.get()).isGreaterThan(RUNS / 10L);
        assertThat(forced.get()).isGreaterThan(RUNS / 20L);
        assertThat(stuck.get()).isLessThan(RUNS / 50L);
    }

    @Test
    void theSameSeedLivesTheSameLife() {
        assertThat(Simulation.run(42, Scenario.of(42))).isEqualTo(Simulation.run(42, Scenario.of(42)));
    }
}
