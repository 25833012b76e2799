package io.howdah.postgres.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.kernel.model.TimelineId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the steps of an outage cost on an idle server. The limits are loose; the printed line is for people. */
class LatencyTest {
    private static final int ROUNDS = Integer.getInteger("howdah.test.latency.rounds", 3);
    private static final Duration LIMIT = Duration.ofSeconds(2);

    /** Durations of one step, in the order of the rounds. */
    private static final class Step {
        private final String name;
        private final List<Duration> durations = new ArrayList<>();

        Step(String name) {
            this.name = name;
        }

        void time(Runnable action) {
            long start = System.nanoTime();
            action.run();
            durations.add(Duration.ofNanos(System.nanoTime() - start));
        }

        Duration median() {
            Collections.sort(durations);
            return durations.get(durations.size() / 2);
        }

        @Override
        public String toString() {
            return "%s %.1f ms (worst %.1f)"
                    .formatted(
                            name, median().toNanos() / 1e6, durations.getLast().toNanos() / 1e6);
        }
    }

    @Test
    void theStepsOfAnOutageAreShort() {
        Step start = new Step("start");
        Step promote = new Step("promote");
        Step stop = new Step("fast stop");
        Step afterKill = new Step("start after kill");
        try (TestNode node = TestNode.started()) {
            node.control().requireConfirmation(SynchronousStandbys.NOBODY, TestNode.TIMEOUT);
            for (int round = 0; round < ROUNDS; round++) {
                TimelineId target = new TimelineId(2 + 3 * round);
                promote.time(() -> node.promote(target));
                node.client().execute("CREATE TABLE t%d (i int)".formatted(round));
                stop.time(
                        () -> assertThat(node.process().stop(TestNode.TIMEOUT)).isEqualTo(StopOutcome.CLEAN));
                start.time(node::start);
                node.process().kill();
                node.process().onExit().join();
                afterKill.time(node::start);
            }
        }
        List<Step> steps = List.of(start, promote, stop, afterKill);
        System.out.printf(
                "PostgreSQL %s, medians of %d: %s%n", TestNode.binaries().version(), ROUNDS, steps);
        assertThat(steps).allSatisfy(step -> assertThat(step.median()).isLessThan(LIMIT));
    }
}
