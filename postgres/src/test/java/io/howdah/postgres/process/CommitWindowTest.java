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
    private static final int ROUNDS = Integer.getInteger("howdah.test.window.rounds", 3);
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

    /** What a reload alone does, seen by a session. */
    private static void reloadOnly(TestNode node, SynchronousStandbys standbys) {
        node.configuration().writeReplication(node.configuration().replication().withSynchronousStandbys(standbys));
        node.process().reload();
        await().pollInterval(Duration.ofMillis(2))
                .until(() -> node.value("SHOW synchronous_standby_names").equals(standbys.toSetting()));
    }

    /** Begins a checkpoint that the checkpointer does not interrupt for a reload, and answers when it is under way. */
    private static Thread beginCheckpoint(TestNode node, PostgresClient local) {
        local.execute("UPDATE busy SET i = i + 1");
        Thread checkpoint = Thread.startVirtualThread(() -> local.execute("CHECKPOINT"));
        await().pollInterval(Duration.ofMillis(1))
                .until(() -> !node.value("SELECT coalesce(wait_event, 'busy') FROM pg_stat_activity"
                                + " WHERE backend_type = 'checkpointer'")
                        .equals("CheckpointerMain"));
        return checkpoint;
    }

    @Test
    void fromNobodyToSomebodyNeedsTheCheckpointer() throws InterruptedException {
        int escaped = 0;
        try (TestNode node = TestNode.primary();
                PostgresClient local = node.connect()) {
            local.execute("SET synchronous_commit = local");
            local.execute("CREATE TABLE t (i int)");
            local.execute("CREATE TABLE busy AS SELECT i, repeat('x', 500) AS filler FROM generate_series(1, 20000) i");
            for (int round = 0; round < ROUNDS; round++) {
                node.control().requireConfirmation(SynchronousStandbys.NOBODY, TestNode.TIMEOUT);
                await().until(() -> !commitWaits(node));
                Thread checkpoint = beginCheckpoint(node, local);
                reloadOnly(node, ABSENT);
                escaped += commitWaits(node) ? 0 : 1;
                checkpoint.join();
            }
            System.out.printf(
                    "PostgreSQL %s: %d of %d first commits after the change from empty did not wait%n",
                    TestNode.binaries().version(), escaped, ROUNDS);
            for (int round = 0; round < ROUNDS; round++) {
                node.control().requireConfirmation(SynchronousStandbys.NOBODY, TestNode.TIMEOUT);
                await().until(() -> !commitWaits(node));
                Thread checkpoint = beginCheckpoint(node, local);
                node.control().requireConfirmation(ABSENT, TestNode.TIMEOUT);
                assertThat(commitWaits(node)).isTrue();
                checkpoint.join();
            }
            for (int round = 0; round < ROUNDS; round++) {
                node.control().requireConfirmation(SynchronousStandbys.NEVER, TestNode.TIMEOUT);
                Thread checkpoint = beginCheckpoint(node, local);
                reloadOnly(node, ABSENT);
                assertThat(commitWaits(node)).isTrue();
                checkpoint.join();
            }
        }
    }
}
