package io.howdah.postgres.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.TimelineId;
import io.howdah.postgres.client.PostgresClient;
import io.howdah.postgres.replication.ReplicationCommands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Pinning the timeline of a promotion, with archiving on; proven for each major version by running it with its binaries. */
class TimelineTest {
    private static final TimelineId TARGET = new TimelineId(7);

    private static Path archive() throws IOException {
        Path archive = Files.createTempDirectory("howdah-archive-");
        TestNode.user().own(archive);
        return archive;
    }

    @Test
    void aPinnedPromotionArchivesAndFollowersFollowIt() throws IOException {
        Path archive = archive();
        Map<String, String> archiving = Map.of(
                "archive_mode", "on", "archive_command", "test ! -f " + archive + "/%f && cp %p " + archive + "/%f");
        try (TestNode leader = TestNode.primary(archiving);
                TestNode next = leader.cloneStreaming("next.t1");
                TestNode follower = leader.cloneStreaming("follower.t1")) {
            leader.client().execute("CREATE TABLE t AS SELECT generate_series(1, 1000) i");
            Lsn end = leader.flushed();
            await().until(() -> !next.control().replayed().isBefore(end)
                    && !follower.control().replayed().isBefore(end));
            leader.process().stop(TestNode.TIMEOUT);
            next.control().stopReceiver(TestNode.TIMEOUT);
            follower.control().stopReceiver(TestNode.TIMEOUT);
            next.control().requireConfirmation(SynchronousStandbys.NOBODY, TestNode.TIMEOUT);

            next.data().reserveTimelinesBelow(TARGET, true);
            next.process().promote(next.client(), TestNode.TIMEOUT);

            next.client().execute("INSERT INTO t VALUES (0)");
            assertThat(next.control().position(TestNode.TIMEOUT).timeline()).isEqualTo(TARGET);
            follower.follow(next, "follower.t7");
            await().until(() -> follower.value("SELECT count(*) FROM t").equals("1001"));
            assertThat(follower.control().position(TestNode.TIMEOUT).timeline()).isEqualTo(TARGET);

            follower.process().stop(TestNode.TIMEOUT);
            follower.start();
            next.client().execute("INSERT INTO t VALUES (-1)");
            await().until(() -> follower.value("SELECT count(*) FROM t").equals("1002"));

            // The old leader was stopped in order, so its log is a prefix and it follows without a rewind.
            leader.start();
            leader.follow(next, "leader.t7");
            await().until(() -> leader.value("SELECT count(*) FROM t").equals("1002"));

            next.client().execute("SELECT pg_switch_wal()");
            for (String name : new String[] {
                "00000003.history", "00000004.history", "00000005.history", "00000006.history", "00000007.history"
            }) {
                await().until(() -> Files.exists(archive.resolve(name)));
            }
            assertSecondPromotionFromThere(follower, next);
            assertHistoryOverTheWire(next);
        } finally {
            new DataDirectory(archive, UnprivilegedUser.current()).delete();
        }
    }

    private static void assertSecondPromotionFromThere(TestNode follower, TestNode old) {
        old.process().stop(TestNode.TIMEOUT);
        follower.control().stopReceiver(TestNode.TIMEOUT);
        follower.control().requireConfirmation(SynchronousStandbys.NOBODY, TestNode.TIMEOUT);
        follower.promote(new TimelineId(9));
        follower.client().execute("INSERT INTO t VALUES (-2)");
        assertThat(follower.control().position(TestNode.TIMEOUT).timeline()).isEqualTo(new TimelineId(9));
        old.start();
        old.follow(follower, "old.t9");
        await().until(() -> old.value("SELECT count(*) FROM t").equals("1003"));
    }

    private static void assertHistoryOverTheWire(TestNode node) {
        try (PostgresClient replication = PostgresClient.connect(node.options().withReplication())) {
            ReplicationCommands.SystemIdentity identity = ReplicationCommands.identifySystem(replication);
            assertThat(identity.systemIdentifier())
                    .isEqualTo(node.data().readControl().systemIdentifier());
            TimelineHistory history = ReplicationCommands.timelineHistory(replication, new TimelineId(9));
            assertThat(history).isEqualTo(node.data().history(new TimelineId(9)).orElseThrow());
            assertThat(history.switchPointOf(TARGET)).isPresent();
            assertThat(history.switchPointOf(new TimelineId(5))).isEmpty();
        }
    }

    @Test
    void aTimelineThatIsTakenCannotBePinned() {
        try (TestNode node = TestNode.primary()) {
            assertThatThrownBy(() -> node.data().reserveTimelinesBelow(new TimelineId(2), false))
                    .hasMessageContaining("exists already");
        }
    }

    @Test
    void aRestartLosesNoPositionThoughNothingWasReceivedSince() {
        try (TestNode leader = TestNode.primary();
                TestNode follower = leader.cloneStreaming("follower.t1")) {
            leader.client().execute("CREATE TABLE t (i int)");
            Lsn created = leader.flushed();
            await().until(() -> !follower.control().replayed().isBefore(created));
            // What arrives while replay is paused is durable and not replayed: the case that is easily lost.
            follower.client().query("SELECT pg_wal_replay_pause()");
            leader.client().execute("INSERT INTO t SELECT generate_series(1, 20000)");
            Lsn end = leader.flushed();
            await().until(() ->
                    follower.control().position(TestNode.TIMEOUT).lsn().equals(end));
            assertThat(follower.control().replayed()).isLessThan(end);
            Position before = follower.control().position(TestNode.TIMEOUT);
            assertThat(before.timeline()).isEqualTo(new TimelineId(2));

            follower.configuration().writeReplication(ReplicationSettings.ISOLATED);
            follower.process().stopImmediately();
            follower.start();

            assertThat(follower.control().position(TestNode.TIMEOUT)).isEqualTo(before);
            follower.process().stop(TestNode.TIMEOUT);
            follower.start();
            assertThat(follower.control().position(TestNode.TIMEOUT)).isEqualTo(before);
        }
    }
}
