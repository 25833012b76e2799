package io.howdah.postgres.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.howdah.postgres.client.PostgresClient;
import io.howdah.postgres.client.PostgresConnectionException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * When the first commits after a change of synchronous_standby_names begin to wait. From empty to something there is a
 * window, since only the checkpointer switches the waiting on; from something to something else there is none.
 */
class CommitWindowTest {
    private static final int ROUNDS = Integer.getInteger("howdah.test.window.rounds", 8);
    private static final SynchronousStandbys ABSENT = new SynchronousStandbys(1, List.of("absent.t3"));
    private static final Duration BLOCKED = Duration.ofMillis(150);

    private static boolean commitWaits(TestNode node) {
        try (PostgresClient client = PostgresClient.connect(node.options().withTimeouts(TestNode.TIMEOUT, BLOCKED))) {
            client.execute("INSERT INTO t VALUES (1)");
            return false;
        } catch (PostgresConnectionException e) {
            return true;
        }
    }

    @Test
    void aServerThatNeverWaitedForNobodyHasNoWindow() {
        int escaped = 0;
        try (TestNode node = TestNode.primary()) {
            node.client().execute("CREATE TABLE t (i int)");
            for (int round = 0; round < ROUNDS; round++) {
                node.control().requireConfirmation(SynchronousStandbys.NOBODY, TestNode.TIMEOUT);
                await().until(() -> !commitWaits(node));
                node.control().requireConfirmation(ABSENT, TestNode.TIMEOUT);
                escaped += commitWaits(node) ? 0 : 1;
            }
            System.out.printf(
                    "PostgreSQL %s: %d of %d first commits after the change from empty did not wait%n",
                    TestNode.binaries().version(), escaped, ROUNDS);
            await().until(() -> commitWaits(node));
            for (int round = 0; round < ROUNDS; round++) {
                node.control().requireConfirmation(SynchronousStandbys.NEVER, TestNode.TIMEOUT);
                node.control().requireConfirmation(ABSENT, TestNode.TIMEOUT);
                assertThat(commitWaits(node)).isTrue();
            }
        }
    }
}
