package io.howdah.postgres.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.howdah.postgres.process.TestNode;
import org.junit.jupiter.api.Test;

class CloneTest {
    @Test
    void clonesAndStreams() {
        try (TestNode leader = TestNode.primary()) {
            leader.client().execute("CREATE TABLE t AS SELECT i, md5(i::text) FROM generate_series(1, 100000) i");
            long start = System.nanoTime();
            try (TestNode follower = leader.cloneStreaming("node2.t1")) {
                System.out.println("clone and start ms " + (System.nanoTime() - start) / 1e6);
                leader.client().execute("INSERT INTO t VALUES (0, 'after the clone')");
                await().until(() -> follower.value("SELECT count(*) FROM t").equals("100001"));
                await().until(() -> leader.control().flushPositions().containsKey("node2.t1"));
                for (int i = 0; i < 10; i++) {
                    start = System.nanoTime();
                    follower.control().stopReceiver(TestNode.TIMEOUT);
                    System.out.println("receiver stop ms " + (System.nanoTime() - start) / 1e6);
                    System.out.println(follower.control().position(TestNode.TIMEOUT));
                    follower.follow(leader, "node2.t1");
                    start = System.nanoTime();
                    await().pollInterval(java.time.Duration.ofMillis(2))
                            .until(() -> follower.control().isStreaming());
                    System.out.println("receiver start ms " + (System.nanoTime() - start) / 1e6);
                }
                assertThat(follower.control()
                                .position(TestNode.TIMEOUT)
                                .timeline()
                                .value())
                        .isEqualTo(2);
            }
        }
    }
}
