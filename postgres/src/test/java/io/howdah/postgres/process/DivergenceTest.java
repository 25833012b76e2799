package io.howdah.postgres.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Rule;
import io.howdah.kernel.model.Term;
import io.howdah.kernel.model.TimelineId;
import io.howdah.postgres.client.PostgresClient;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A leader that was cut off and wrote on: what it may do to the new leader, and how it comes back. */
class DivergenceTest {
    private static final TimelineId NEW_TIMELINE = new TimelineId(3);

    /** Cuts the follower off, lets the old leader write more than the new one will, and promotes the follower. */
    private static void diverge(TestNode old, TestNode next, SynchronousStandbys standbys) {
        old.client().execute("CREATE TABLE t (who text)");
        Lsn created = old.flushed();
        await().until(() -> !next.control().replayed().isBefore(created));
        next.control().stopReceiver(TestNode.TIMEOUT);
        old.client().execute("INSERT INTO t SELECT 'lost' FROM generate_series(1, 5000)");
        next.control().requireConfirmation(standbys, TestNode.TIMEOUT);
        next.promote(NEW_TIMELINE);
        assertThat(next.flushed()).isLessThan(old.flushed());
    }

    private static CompletableFuture<String> insertInBackground(TestNode node, String who) {
        PostgresClient client = node.connect();
        return CompletableFuture.supplyAsync(
                () -> client.execute("INSERT INTO t VALUES ('" + who + "')"), Thread::startVirtualThread);
    }

    private static void awaitBlockedCommit(TestNode node) {
        await().until(() -> node.value("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
                .equals("1"));
    }

    /**
     * The trap: confirmations of a log that is not the leader's. PostgreSQL itself does not notice. A name that only
     * counts in the new term, and is handed out only after the check of the log, keeps them from counting.
     */
    @Test
    void aDivergedOldLeaderConfirmsFalselyUnlessNamesCarryTheTerm() throws Exception {
        try (TestNode old = TestNode.primary();
                TestNode next = old.cloneStreaming("next.t2")) {
            diverge(old, next, new SynchronousStandbys(1, List.of("old.t3")));
            CompletableFuture<String> commit = insertInBackground(next, "new");
            awaitBlockedCommit(next);
            old.process().stop(TestNode.TIMEOUT);
            old.follow(next, "old.t2");
            old.start();
            await().until(() -> claims(next, "old.t2"));
            assertThat(commit).as("a commit that waits for a name of term 3").isNotDone();

            // What happens when the name is handed out without a look at the log. It takes the receiver's report to
            // arrive while the sender still serves the end of the old timeline, hence more than one connection.
            await().pollInterval(Duration.ofMillis(250))
                    .atMost(TestNode.TIMEOUT)
                    .until(() -> {
                        if (commit.isDone()) {
                            return true;
                        }
                        old.control().stopReceiver(Duration.ofSeconds(5));
                        old.follow(next, "old.t3");
                        return false;
                    });
            assertThat(commit.get(20, TimeUnit.SECONDS)).isEqualTo("INSERT 0 1");
            assertThat(old.value("SELECT count(*) FROM t WHERE who = 'new'"))
                    .as("rows that the client was told are safe")
                    .isEqualTo("0");
            old.process().stop(TestNode.TIMEOUT);
            assertThat(next.client().execute("INSERT INTO t VALUES ('waited for nobody')"))
                    .as("commits below the false position do not even wait any more")
                    .isEqualTo("INSERT 0 1");

            comeBack(old, next);
            old.start();
            await().until(() ->
                    old.value("SELECT count(*) FROM t WHERE who <> 'lost'").equals("2"));
            assertThat(old.value("SELECT count(*) FROM t WHERE who = 'lost'")).isEqualTo("0");
        }
    }

    /** Whether the leader ever heard that standby claim more than the leader itself has. */
    private static boolean claims(TestNode leader, String name) {
        return leader.client()
                        .query(
                                "SELECT 1 FROM pg_stat_replication WHERE flush_lsn > pg_current_wal_flush_lsn() AND application_name = $1",
                                List.of(java.util.Optional.of(name)))
                        .size()
                == 1;
    }

    /** As a node does it: rewinds, or clones anew where the installation has no pg_rewind. */
    private static void comeBack(TestNode old, TestNode next) {
        Rewind rewind = new Rewind(TestNode.binaries(), TestNode.user(), old.data(), old.configuration());
        if (rewind.isAvailable()) {
            assertThat(rewind.rewindTo(
                            next.asUpstream("rewind"), "postgres", TestNode.PASSWORD, TestNode.TIMEOUT, line -> {}))
                    .isEqualTo(Rewind.Outcome.REWOUND);
        } else {
            old.data().delete();
            old.cloneFrom(next);
        }
    }

    @Test
    void aCrashedOldLeaderIsRecoveredAndRewound() {
        try (TestNode old = TestNode.primary();
                TestNode next = old.cloneStreaming("next.t1")) {
            diverge(old, next, SynchronousStandbys.NOBODY);
            old.process().stopImmediately();
            Position claimed = new Position(
                    old.data().readControl().timeline(),
                    old.data().readControl().checkpoint());
            Rewind rewind = new Rewind(TestNode.binaries(), TestNode.user(), old.data(), old.configuration());
            assertThat(rewind.isAvailable()).isTrue();
            assertThatThrownBy(() -> rewind.rewindTo(
                            next.asUpstream("r"), "postgres", TestNode.PASSWORD, TestNode.TIMEOUT, line -> {}))
                    .hasMessageContaining("crash recovery");

            rewind.recoverSingleUser(TestNode.TIMEOUT);
            assertThat(old.data().readControl().isCleanlyStopped()).isTrue();
            assertThat(old.data().readControl().checkpoint()).isGreaterThan(claimed.lsn());
            assertThat(rewind.rewindTo(
                            next.asUpstream("r"), "postgres", TestNode.PASSWORD, TestNode.TIMEOUT, line -> {}))
                    .isEqualTo(Rewind.Outcome.REWOUND);

            old.follow(next, "old.t3");
            old.start();
            next.client().execute("INSERT INTO t VALUES ('new')");
            await().until(() -> old.value("SELECT string_agg(who, ',') FROM t").equals("new"));
            assertThat(old.control().position(TestNode.TIMEOUT).timeline()).isEqualTo(NEW_TIMELINE);
            assertThat(old.configuration().settings().directory().resolve("rewind.passfile"))
                    .doesNotExist();
        }
    }

    @Test
    void theRuleIsARowThatOnlyGrows() {
        ClusterId cluster = new ClusterId("0123456789abcdef");
        NodeId one = new NodeId("node1");
        NodeId two = new NodeId("node2");
        try (TestNode node = TestNode.primary()) {
            RuleTable table = new RuleTable(node.client(), cluster);
            assertThat(table.read()).isEmpty();
            table.create();
            table.create();
            assertThat(table.read()).isEmpty();

            Rule first = new Rule(new Term(1), 1, one, new TreeSet<>(List.of(one)), new TimelineId(2));
            table.write(first, "bootstrap");
            Rule second = first.withMembers(new TreeSet<>(List.of(one, two)));
            table.write(second, "node2 joins: it's there");

            assertThat(table.read()).contains(second);
            assertThatThrownBy(() -> table.write(first, "stale")).hasMessageContaining("not newer");
            assertThatThrownBy(() -> table.write(second, "again")).hasMessageContaining("not newer");
            assertThat(node.value("SELECT count(*) FROM howdah.rule_history")).isEqualTo("2");

            // In a copy of this data the rule says nothing about the nodes of another cluster, which begins anew.
            RuleTable other = new RuleTable(node.client(), new ClusterId("fedcba9876543210"));
            assertThat(other.read()).isEmpty();
            other.write(first, "a cluster of its own");
            assertThat(other.read()).contains(first);
            assertThat(table.read()).isEmpty();
        }
    }
}
