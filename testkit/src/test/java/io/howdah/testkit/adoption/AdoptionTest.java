package io.howdah.testkit.adoption;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.testkit.cluster.CommandResult;
import io.howdah.testkit.cluster.LocalCluster;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code howdah node adopt} on instances that were made by initdb, pg_ctl and pg_basebackup. */
final class AdoptionTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    @Test
    void anInstanceBecomesANodeWithItsRowsAndSettingsAndAStandbyOfItJoins() throws Exception {
        try (HandmadePostgres handmade = HandmadePostgres.primary("work_mem = '7MB'", "max_connections = 321");
                LocalCluster cluster = LocalCluster.none()) {
            handmade.execute(
                    "create table kept as select generate_series(1, 1000) as id",
                    "alter system set random_page_cost = 1.5",
                    "create role clerk login");

            assertThatADryRunChangesNothing(handmade, cluster);
            adopt(cluster, handmade, "--yes", "--nodes", "1").orThrow("adopt");

            JsonNode node = cluster.awaitHealthy().path("nodes").path(0);
            assertThat(node.path("state").stringValue()).isEqualTo("serving");
            String direct = cluster.direct("node1");
            assertThat(ask(direct, "select count(*) from kept")).isEqualTo("1000");
            assertThat(ask(
                            direct,
                            "select concat_ws(' ', current_setting('work_mem'), current_setting('max_connections'),"
                                    + " current_setting('random_page_cost'))"))
                    .isEqualTo("7MB 321 1.5");
            assertThat(ask(direct, "show data_directory")).isEqualTo(cluster.directory() + "/data/node1/pgdata");
            assertThat(Files.isSameFile(cluster.directory().resolve("data/node1/pgdata"), handmade.data()))
                    .isTrue();
            // A node that loses its promise later must not be let in by it once more.
            assertThat(cluster.directory().resolve("data/node1/adopted")).doesNotExist();

            assertThatAStrangerIsRefused(cluster);
            assertThatAStandbyJoins(cluster);
        }
    }

    private static void assertThatADryRunChangesNothing(HandmadePostgres handmade, LocalCluster cluster)
            throws SQLException {
        CommandResult result =
                adopt(cluster, handmade, "--dry-run", "-o", "json").orThrow("dry run");

        JsonNode survey = JSON.readTree(result.output());
        assertThat(survey.path("possible").booleanValue()).isTrue();
        assertThat(survey.path("findings").toString())
                .contains("pg_ctl stop", "howdah_replication", "work_mem=7MB", "random_page_cost=1.5", "no checksums");
        assertThat(handmade.ask("select count(*) from pg_roles where rolname like 'howdah%'"))
                .isEqualTo("0");
        assertThat(cluster.directory()).doesNotExist();
    }

    private static void assertThatAStrangerIsRefused(LocalCluster cluster) throws Exception {
        try (HandmadePostgres stranger = HandmadePostgres.primary()) {
            CommandResult refused = adopt(cluster, stranger, "--yes");

            assertThat(refused.exitCode()).isEqualTo(6);
            assertThat(refused.output()).contains("system identifier", "no copy of this cluster", "it is a primary");
            assertThat(stranger.ask("select 1")).isEqualTo("1");
        }
    }

    private static void assertThatAStandbyJoins(LocalCluster cluster) throws Exception {
        URI leader = URI.create(cluster.dsn("rw", "zone1"));
        int port = cluster.node("node1").path("port").intValue();
        String password = leader.getUserInfo().split(":")[1];
        try (HandmadePostgres standby = HandmadePostgres.standbyOf(
                port, "postgres", password, "max_connections = 400", "max_wal_senders = 20")) {
            adopt(cluster, standby, "--yes").orThrow("adopt the standby");

            JsonNode status = cluster.awaitHealthy();
            assertThat(status.path("nodes")).hasSize(2);
            String direct = cluster.direct("node2");
            assertThat(ask(direct, "select count(*) from kept")).isEqualTo("1000");
            assertThat(ask(direct, "show work_mem")).isEqualTo("7MB");
            assertThat(Files.isSameFile(cluster.directory().resolve("data/node2/pgdata"), standby.data()))
                    .isTrue();
            cluster.run("down").orThrow("down");
        }
    }

    @Test
    void whateverStandsInTheWayIsSaidAtOnceAndNothingIsDone() throws Exception {
        try (HandmadePostgres handmade = HandmadePostgres.primary("wal_level = logical");
                LocalCluster cluster = LocalCluster.none()) {
            Path space = Files.createDirectory(handmade.data().resolveSibling("space"));
            HandmadePostgres.giveToServer(space);
            handmade.execute(
                    "create tablespace elsewhere location '%s'".formatted(space),
                    "select pg_create_logical_replication_slot('feed', 'pgoutput')",
                    "create schema howdah");

            CommandResult refused = adopt(cluster, handmade, "--yes");

            assertThat(refused.exitCode()).isEqualTo(6);
            assertThat(refused.output())
                    .contains("tablespace elsewhere", "schema 'howdah' that is not Howdah's", "slot feed (logical");
            assertThat(handmade.ask("select count(*) from pg_replication_slots"))
                    .isEqualTo("1");
            assertThat(cluster.directory()).doesNotExist();
        }
    }

    @Test
    void afterAFailureTheInstanceRunsAsBefore() throws Exception {
        try (HandmadePostgres handmade = HandmadePostgres.primary();
                LocalCluster cluster = LocalCluster.none()) {
            handmade.execute("create table kept as select 1 as id", "alter system set work_mem = '9MB'");
            String password =
                    handmade.ask("select coalesce(rolpassword, 'none') from pg_authid where rolname = 'postgres'");
            // Where the node's log should be is something else, so the node cannot be started.
            Files.createDirectories(cluster.directory().resolve("logs/node1.log"));

            CommandResult failed = adopt(cluster, handmade, "--yes");

            assertThat(failed.exitCode()).isEqualTo(1);
            assertThat(failed.errors()).contains("The adoption failed", "runs again by its old means");
            assertThat(handmade.ask("select count(*) from kept")).isEqualTo("1");
            assertThat(handmade.ask("show work_mem")).isEqualTo("9MB");
            assertThat(handmade.ask("select pg_is_in_recovery()")).isEqualTo("f");
            assertThat(handmade.ask("select count(*) from pg_roles where rolname like 'howdah%'"))
                    .isEqualTo("0");
            assertThat(handmade.ask("select count(*) from pg_namespace where nspname = 'howdah'"))
                    .isEqualTo("0");
            assertThat(handmade.ask("select coalesce(rolpassword, 'none') from pg_authid where rolname = 'postgres'"))
                    .isEqualTo(password);
            Files.delete(cluster.directory().resolve("logs/node1.log"));
        }
    }

    private static CommandResult adopt(LocalCluster cluster, HandmadePostgres handmade, String... more) {
        String[] arguments = Arrays.copyOf(
                new String[] {"node", "adopt", "--pgdata", handmade.data().toString()}, 4 + more.length);
        System.arraycopy(more, 0, arguments, 4, more.length);
        return cluster.run(arguments);
    }

    private static String ask(String uri, String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(uri);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getString(1) : "";
        }
    }
}
