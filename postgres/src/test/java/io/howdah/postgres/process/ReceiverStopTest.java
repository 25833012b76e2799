package io.howdah.postgres.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.howdah.kernel.model.Position;
import io.howdah.postgres.client.PostgresClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Stopping only the walreceiver, while the leader writes as fast as it can. */
class ReceiverStopTest {
    private static final int ROUNDS = Integer.getInteger("howdah.test.receiver.rounds", 8);
    private static final Duration POLL = Duration.ofMillis(2);

    @Test
    void stopsUnderLoadAndStaysStopped() throws InterruptedException {
        AtomicBoolean writing = new AtomicBoolean(true);
        try (TestNode leader = TestNode.primary();
                TestNode follower = leader.cloneStreaming("follower.t1");
                PostgresClient writer = leader.connect()) {
            writer.execute("CREATE TABLE load (i int, filler text)");
            Thread load = Thread.ofVirtual().start(() -> {
                while (writing.get()) {
                    writer.execute("INSERT INTO load SELECT g, repeat('x', 200) FROM generate_series(1, 2000) g");
                }
            });
            List<Long> stops = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                await().pollInterval(POLL).until(() -> follower.control().isStreaming());
                long start = System.nanoTime();
                follower.control().stopReceiver(TestNode.TIMEOUT);
                stops.add(System.nanoTime() - start);

                Position before = follower.control().position(TestNode.TIMEOUT);
                assertThat(follower.control().isStreaming()).isFalse();
                assertThat(follower.control().position(TestNode.TIMEOUT)).isEqualTo(before);
                assertThat(leader.value("SELECT count(*) FROM pg_stat_replication"))
                        .isEqualTo("0");
                follower.follow(leader, "follower.t1");
            }
            writing.set(false);
            load.join();
            Collections.sort(stops);
            System.out.printf(
                    "receiver stop under load, %d rounds: median %.1f ms, 90%% %.1f ms, worst %.1f ms%n",
                    ROUNDS, stops.get(ROUNDS / 2) / 1e6, stops.get(ROUNDS * 9 / 10) / 1e6, stops.getLast() / 1e6);
            assertThat(Duration.ofNanos(stops.get(ROUNDS / 2))).isLessThan(Duration.ofSeconds(1));
        }
    }
}
