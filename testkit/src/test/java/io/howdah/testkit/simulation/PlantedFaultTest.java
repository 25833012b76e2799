package io.howdah.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An invariant that never fails proves nothing: each defect must be caught, and by those invariants that speak of it. */
class PlantedFaultTest {
    private static final int SEEDS = 400;

    @ParameterizedTest(name = "{0} is caught by {1}")
    @CsvSource({
        "PROMISE_NOT_SYNCED, I1",
        "STAMP_NOT_CHECKED, I2",
        "BARRIER_SKIPPED, I5",
        "TIMELINES_EQUAL, I8",
        "QUORUM_ONE_SHORT, I3",
    })
    void aDefectIsCaughtAtItsRoot(PlantedFault fault, String invariant) {
        assertThat(firstCaught(fault, Set.of(), invariant)).isPresent();
    }

    @ParameterizedTest(name = "{0} leads to {2} when {1} is not looked at")
    @CsvSource({
        "STAMP_NOT_CHECKED, I2, I3",
        "TIMELINES_EQUAL, I8, LIVENESS",
        "QUORUM_ONE_SHORT, I3, I4",
    })
    void aDefectShowsInItsConsequences(PlantedFault fault, String ignored, String invariant) {
        assertThat(firstCaught(fault, Set.of(ignored), invariant)).isPresent();
    }

    private static Optional<SimulationFailure> firstCaught(PlantedFault fault, Set<String> ignored, String invariant) {
        return LongStream.rangeClosed(1, SEEDS)
                .mapToObj(seed -> attempt(seed, fault, ignored))
                .flatMap(Optional::stream)
                .filter(failure -> failure.invariant().equals(invariant))
                .findFirst();
    }

    private static Optional<SimulationFailure> attempt(long seed, PlantedFault fault, Set<String> ignored) {
        try {
            Simulation.run(seed, Scenario.of(seed).with(fault).ignoring(ignored));
            return Optional.empty();
        } catch (SimulationFailure failure) {
            return Optional.of(failure);
        }
    }
}
