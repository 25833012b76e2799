package io.howdah.postgres.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.kernel.model.TimelineId;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LifecycleTest {
    @Test
    void startsAsStandbyAndPromotesToTheWantedTimeline() {
        try (TestNode node = TestNode.started()) {
            assertThat(node.control().inRecovery()).isTrue();
            assertThat(node.value("SHOW synchronous_standby_names")).isEqualTo("ANY 1 (\"nobody.t0\")");

            node.control().requireConfirmation(SynchronousStandbys.NOBODY, TestNode.TIMEOUT);
            long start = System.nanoTime();
            node.promote(new TimelineId(7));
            System.out.println("promote ms " + (System.nanoTime() - start) / 1e6);

            node.client().execute("CREATE TABLE t (i int)");
            assertThat(node.control().position(TestNode.TIMEOUT).timeline()).isEqualTo(new TimelineId(7));
            start = System.nanoTime();
            assertThat(node.process().stop(Duration.ofSeconds(10))).isEqualTo(StopOutcome.CLEAN);
            System.out.println("stop ms " + (System.nanoTime() - start) / 1e6);
            start = System.nanoTime();
            node.start();
            System.out.println("start ms " + (System.nanoTime() - start) / 1e6);
            assertThat(node.control().inRecovery()).isTrue();
            assertThat(node.control().position(TestNode.TIMEOUT).timeline()).isEqualTo(new TimelineId(7));
        }
    }
}
