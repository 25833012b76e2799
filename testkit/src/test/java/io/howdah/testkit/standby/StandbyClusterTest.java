package io.howdah.testkit.standby;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.testkit.cluster.CommandResult;
import io.howdah.testkit.cluster.JdbcUri;
import io.howdah.testkit.cluster.LocalCluster;
import io.howdah.testkit.cluster.Sql;
import io.howdah.testkit.fault.Processes;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

/** Two sites: one cluster writes, the other follows it; then they change places. The scenes follow each other. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class StandbyClusterTest {
    private static LocalCluster east;
    private static LocalCluster west;

    @BeforeAll
    static void up() throws SQLException {
        east = LocalCluster.up("--nodes", "1");
        Sql.run(writing(east), "create table ledger (id int primary key)", "insert into ledger values (1)");
        west = LocalCluster.up(
                "--standby-of",
                server(east, "node1"),
                "--secrets",
                east.directory().resolve("secrets.yaml").toString());
    }

    @AfterAll
    static void down() {
        west.close();
        east.close();
    }

    @Test
    @Order(1)
    void oneNodeStreamsFromTheRemotePrimaryAndTheOthersFromThatNode() throws Exception {
        JsonNode status = west.status();
        assertThat(status.path("standby_of").stringValue()).isEqualTo(server(east, "node1"));
        assertThat(status.path("standby_leader").stringValue()).isEqualTo("node1");
        assertThat(status.path("leader").isNull()).isTrue();
        assertThat(status.path("problems")).isEmpty();
        Sql.run(writing(east), "insert into ledger values (2)");
        for (String node : west.nodeIds()) {
            awaitRows(west.direct(node), 2);
        }
        assertThat(Sql.one(east.direct("node1"), "select count(*) from pg_stat_replication"))
                .isEqualTo("1");
        assertThat(Sql.one(west.direct("node1"), "select count(*) from pg_stat_replication"))
                .isEqualTo("2");
    }

    @Test
    @Order(2)
    void whenThatNodeDiesAnotherTakesItsPlace() throws Exception {
        west.killNodeAndPostgres("node1");

        west.await(
                "another head",
                status -> status.path("standby_leader").stringValue("").equals("node2"));
        Sql.run(writing(east), "insert into ledger values (3)");
        awaitRows(west.direct("node2"), 3);
        awaitRows(west.direct("node3"), 3);
        west.upAgain();
        awaitRows(west.direct("node1"), 3);
    }

    @Test
    @Order(3)
    void nobodyIsPromotedWhileTheOtherSideWritesNorDemotedToAStranger() throws Exception {
        CommandResult promoted = west.run("cluster", "promote", "--yes");
        assertThat(promoted.exitCode()).isNotZero();
        assertThat(promoted.errors()).contains("The remote primary takes writes");

        CommandResult demoted = east.run("cluster", "demote", "--yes", "--standby-of", server(east, "node1"));
        assertThat(demoted.exitCode()).isNotZero();
        assertThat(demoted.errors()).contains("takes writes itself");
        Sql.run(writing(east), "insert into ledger values (4)");
    }

    @Test
    @Order(4)
    void aClusterWhoseLogIsNotReceivedStaysWhatItWas() throws Exception {
        // The head's server is gone and nobody points the others elsewhere: they answer, and receive nothing.
        List<Long> agents = west.nodeIds().stream()
                .map(node -> west.node(node).path("pid").longValue())
                .toList();
        agents.forEach(Processes::freeze);
        west.killPostmaster("node1");
        Sql.run(writing(east), "insert into ledger values (5)");

        CommandResult demoted = east.run("cluster", "demote", "--yes", "--standby-of", server(west, "node2"));

        assertThat(demoted.exitCode()).isNotZero();
        assertThat(demoted.errors()).contains("The cluster stays what it was", "it has the log up to");
        Sql.run(writing(east), "update ledger set id = id where id = 5");
        agents.forEach(Processes::thaw);
        awaitRows(west.direct("node1"), 5);
    }

    @Test
    @Order(5)
    void theSitesChangePlacesWithoutLosingARow() throws Exception {
        east.run("cluster", "demote", "--yes", "--standby-of", server(west, "node1"))
                .orThrow("demote");
        assertThat(east.status().path("standby_of").stringValue()).isEqualTo(server(west, "node1"));

        west.run("cluster", "promote", "--yes").orThrow("promote");

        JsonNode status = west.awaitHealthy();
        assertThat(status.path("standby_of").isNull()).isTrue();
        assertThat(Sql.one(writing(west), "select count(*) from ledger")).isEqualTo("5");
        Sql.run(writing(west), "insert into ledger values (6)");
        awaitRows(east.direct("node1"), 6);
        assertThat(Sql.one(east.direct("node1"), "select pg_is_in_recovery()")).isEqualTo("t");
    }

    @Test
    @Order(6)
    void thePromotedClusterFailsOverByItself() throws Exception {
        String leader = west.leader().orElseThrow();
        west.killNodeAndPostgres(leader);

        west.await(
                "a new leader",
                status -> status.path("leader").isString()
                        && !status.path("leader").stringValue().equals(leader));
        Sql.run(writing(west), "insert into ledger values (7)");
    }

    private static String server(LocalCluster cluster, String node) {
        return "host=127.0.0.1 port=" + cluster.node(node).path("port").intValue();
    }

    private static String writing(LocalCluster cluster) {
        return JdbcUri.of(cluster.dsn("rw", "zone1"));
    }

    private static void awaitRows(String uri, int count) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptionsInstanceOf(SQLException.class)
                .until(() -> Sql.one(uri, "select count(*) from ledger").equals(Integer.toString(count)));
    }
}
