package io.howdah.testkit.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.postgres.process.PostgresBinaries;
import io.howdah.server.configuration.Secrets;
import io.howdah.testkit.cluster.Audit;
import io.howdah.testkit.cluster.CommandResult;
import io.howdah.testkit.cluster.LocalCluster;
import io.howdah.testkit.cluster.Sql;
import io.howdah.testkit.cluster.Writers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** One cluster that grows from one node to five, loses all of its first members and then its majority; the scenes follow each other. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class NodeLifecycleTest {
    private static LocalCluster cluster;

    @BeforeAll
    static void up() {
        cluster = LocalCluster.up("--nodes", "1");
    }

    @AfterAll
    static void down() {
        cluster.close();
    }

    @Test
    @Order(1)
    void growsFromOneToFiveAndShrinksToThreeOthersUnderLoadWithoutAnError() throws Exception {
        try (Writers writers = Writers.start(cluster.dsn("rw", "zone1"), 4)) {
            cluster.upAgain("--nodes", "3");
            assertThat(voters()).containsExactly("node1", "node2", "node3");
            cluster.run("node", "add").orThrow("node add");
            cluster.run("node", "add", "--cell", "zone2").orThrow("node add");
            assertThat(voters()).containsExactly("node1", "node2", "node3", "node4", "node5");
            // The leader is among those who go: it hands over first.
            assertThat(cluster.leader()).contains("node1");
            cluster.run("node", "remove", "node1", "--yes").orThrow("node remove node1");
            cluster.run("node", "remove", "node2", "--yes").orThrow("node remove node2");
            awaitMoreWrites(writers);
            writers.stop();

            assertThat(voters()).containsExactly("node3", "node4", "node5");
            assertThat(cluster.nodeIds()).containsExactly("node3", "node4", "node5");
            assertThat(writers.ledger().errors()).isEmpty();
            cluster.awaitHealthy();
            assertThat(new Audit(cluster).missingAcknowledged(writers.ledger())).isZero();
        }
    }

    @Test
    @Order(2)
    void namesOfTheRemovedAreNotUsedAgain() {
        CommandResult again = cluster.run("node", "add", "--id", "node1");

        assertThat(again.exitCode()).isNotZero();
        assertThat(again.errors()).contains("The name was used before", "could vote twice");
        assertThat(cluster.run("node", "add", "--id", "node3").errors()).contains("The name is taken");
    }

    @Test
    @Order(3)
    void restartsAllInTurnUnderLoadWithoutAnError() throws Exception {
        List<Long> before = postgresPids();
        try (Writers writers = Writers.start(cluster.dsn("rw", "zone1"), 4)) {
            cluster.run("node", "restart", "--all", "--rolling", "--yes").orThrow("rolling restart");
            awaitMoreWrites(writers);
            writers.stop();

            assertThat(postgresPids()).doesNotContainAnyElementsOf(before);
            assertThat(writers.ledger().errors()).isEmpty();
            assertThat(new Audit(cluster).missingAcknowledged(writers.ledger())).isZero();
        }
    }

    @Test
    @Order(4)
    void taggedNodesAreTreatedAsTheyAreTagged() throws Exception {
        String leader = cluster.leader().orElseThrow();
        List<String> others = new ArrayList<>(cluster.nodeIds());
        others.remove(leader);
        String barred = others.get(0);
        String other = others.get(1);
        cluster.run("node", "tag", barred, "never-leader").orThrow("node tag");

        CommandResult refused = cluster.run("switchover", "--to", barred, "--yes");
        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.errors()).contains(barred + " is tagged never-leader");
        assertThat(cluster.run("failover", "--to", barred, "--yes").errors()).contains("tagged never-leader");

        cluster.killPostmaster(leader);
        cluster.await(
                "the one that may leads",
                status -> status.path("leader").stringValue("").equals(other));
        cluster.awaitHealthy();
        cluster.run("node", "tag", barred, "never-leader=").orThrow("node tag");

        CommandResult nonsense = cluster.run("node", "tag", barred, "fastest");
        assertThat(nonsense.errors()).contains("there is no tag 'fastest'");
    }

    @Test
    @Order(5)
    void copiesWithoutAVoteFollowAnotherStandbyLateAndAreRebuilt() throws Exception {
        String leader = cluster.leader().orElseThrow();
        String upstream = cluster.nodeIds().stream()
                .filter(node -> !node.equals(leader))
                .findFirst()
                .orElseThrow();
        cluster.run("node", "add", "--id", "copy", "--tag", "upstream=" + upstream, "--tag", "no-load-balance")
                .orThrow("node add copy");
        JsonNode copy = cluster.node("copy");
        assertThat(copy.path("voter").booleanValue()).isFalse();
        assertThat(copy.path("tags").stringValue()).contains("upstream=" + upstream, "no-load-balance");
        Path replication = Path.of(copy.path("data_dir").stringValue()).resolveSibling("replication.conf");
        assertThat(replication)
                .content()
                .contains("port=''" + cluster.node(upstream).path("port").intValue() + "''");

        CommandResult rebuilt = cluster.run("node", "rebuild", "copy", "--from", upstream, "--yes");
        assertThat(rebuilt.orThrow("rebuild").errors()).contains("a rebuild was ordered");
        assertThat(Files.isDirectory(Path.of(copy.path("data_dir").stringValue() + ".before-clone")))
                .isTrue();
        assertThat(cluster.run("node", "rebuild", leader, "--yes").errors()).contains(leader + " leads");
        cluster.run("node", "remove", "copy", "--yes").orThrow("node remove copy");
    }

    @Test
    @Order(5)
    void aStandbyIsRebuiltFromABaseBackup(@TempDir Path backups) throws Exception {
        String leader = cluster.leader().orElseThrow();
        String standby = cluster.nodeIds().stream()
                .filter(node -> !node.equals(leader))
                .findFirst()
                .orElseThrow();
        Path backup = backups.resolve("friday");
        assertThat(cluster.run("node", "rebuild", standby, "--from", "backup:" + backup, "--yes")
                        .errors())
                .contains("is not a base backup");
        baseBackup(leader, backup);
        Sql.run(cluster.direct(leader), "create table after_the_backup as select 7 as a");
        cluster.run("node", "rebuild", standby, "--from", "backup:" + backup, "--yes")
                .orThrow("rebuild from a backup");
        cluster.awaitHealthy();
        assertThat(Sql.one(cluster.direct(standby), "select a from after_the_backup"))
                .isEqualTo("7");
    }

    private static void baseBackup(String node, Path directory) throws Exception {
        Path program = PostgresBinaries.find(Optional.empty()).directory().resolve("pg_basebackup");
        ProcessBuilder builder = new ProcessBuilder(
                        program.toString(),
                        "--pgdata=" + directory,
                        "--host=127.0.0.1",
                        "--port=" + cluster.node(node).path("port").intValue(),
                        "--username=postgres",
                        "--checkpoint=fast",
                        "--no-sync")
                .inheritIO();
        builder.environment()
                .put(
                        "PGPASSWORD",
                        Secrets.read(cluster.directory().resolve("secrets.yaml"))
                                .postgresPassword());
        Process process = builder.start();
        assertThat(process.waitFor()).isZero();
    }

    @Test
    @Order(6)
    void refusesToLoseItsQuorumAndLetsADeadMemberGo() {
        String leader = cluster.leader().orElseThrow();
        List<String> others = new ArrayList<>(cluster.nodeIds());
        others.remove(leader);
        String dead = others.get(0);
        String alive = others.get(1);
        cluster.killNodeAndPostgres(dead);
        cluster.await("it is seen to be dead", status -> status.toString().contains("process does not run"));

        CommandResult refused = cluster.run("node", "remove", alive, "--yes");
        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.errors()).contains("Without " + alive + " no commit would be possible", dead);
        assertThat(cluster.run("node", "restart", alive, "--yes").errors()).contains("Writes would stop", dead);

        cluster.run("node", "remove", dead, "--yes").orThrow("node remove " + dead);
        assertThat(voters()).containsExactlyInAnyOrder(leader, alive);
        cluster.run("node", "add").orThrow("node add");
        assertThat(voters()).hasSize(3);
    }

    @Test
    @Order(7)
    void goesOnWithTheSurvivorOfALostMajority() throws Exception {
        try (Writers writers = Writers.start(cluster.dsn("rw", "zone1"), 2)) {
            writers.stop();
        }
        CommandResult tooEarly = cluster.run("cluster", "recover-quorum", "--confirm", "local");
        assertThat(tooEarly.errors()).contains("The majority is not lost");
        String leader = cluster.leader().orElseThrow();
        String survivor = cluster.nodeIds().stream()
                .filter(node -> !node.equals(leader))
                .findFirst()
                .orElseThrow();
        cluster.nodeIds().stream().filter(node -> !node.equals(survivor)).forEach(cluster::killNodeAndPostgres);
        cluster.await("nobody leads", status -> !status.path("leader").isString());

        assertThat(cluster.run("failover", "--to", survivor, "--yes").errors())
                .contains("There is no majority", "recover-quorum");
        assertThat(cluster.run("cluster", "recover-quorum").errors()).contains("Type the cluster's name");
        assertThat(cluster.run("cluster", "recover-quorum", "--confirm", "other")
                        .errors())
                .contains("Not confirmed");
        CommandResult recovered = cluster.run("cluster", "recover-quorum", "--confirm", "local");
        assertThat(recovered.orThrow("recover-quorum").errors()).contains("is fenced", survivor + " is to lead");
        assertThat(cluster.leader()).contains(survivor);

        cluster.upAgain();
        JsonNode healed = cluster.awaitHealthy();
        assertThat(healed.path("leader").stringValue("")).isEqualTo(survivor);
        assertThat(voters()).hasSize(3);
        assertThat(new Audit(cluster).rowsOnceEqual()).hasSize(3);
    }

    @Test
    @Order(8)
    void failoverToANodeThatHasEverythingCostsNothing() throws Exception {
        String leader = cluster.leader().orElseThrow();
        String target = cluster.nodeIds().stream()
                .filter(node -> !node.equals(leader))
                .findFirst()
                .orElseThrow();
        CommandResult estimate = cluster.run("failover", "--to", target, "--dry-run");
        assertThat(estimate.orThrow("dry run").errors()).contains("nothing is lost");
        cluster.run("failover", "--to", target, "--yes").orThrow("failover");
        assertThat(cluster.leader()).contains(target);
        assertThat(Optional.of(cluster.awaitHealthy())).isPresent();
    }

    private static List<String> voters() {
        List<String> voters = new ArrayList<>();
        cluster.status().path("nodes").forEach(node -> {
            if (node.path("voter").booleanValue(false)) {
                voters.add(node.path("id").stringValue());
            }
        });
        return voters;
    }

    private static List<Long> postgresPids() {
        List<Long> pids = new ArrayList<>();
        cluster.status()
                .path("nodes")
                .forEach(node -> pids.add(node.path("postgres_pid").longValue()));
        return pids;
    }

    private static void awaitMoreWrites(Writers writers) {
        int before = writers.ledger().count();
        Awaitility.await("writes go on")
                .atMost(Duration.ofSeconds(30))
                .until(() -> writers.ledger().count() > before + 50);
    }
}
