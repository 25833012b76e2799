package io.howdah.testkit.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.testkit.cluster.JdbcUri;
import io.howdah.testkit.cluster.LocalCluster;
import io.howdah.testkit.cluster.Sql;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Acceptance scenario A18, the delayed part, and the tags {@code delay} and {@code clone-from}. */
final class DelayedCopyTest {
    @Test
    void aDelayedCopyIsClonedFromTheTaggedNodeShowsRowsLateAndHasThemAllWhoeverLeads() throws Exception {
        try (LocalCluster cluster = LocalCluster.up()) {
            cluster.run("node", "tag", "node2", "clone-from").orThrow("node tag");
            cluster.run("node", "add", "--tag", "delay=1h").orThrow("node add");
            String writing = JdbcUri.of(cluster.dsn("rw", "zone1"));
            Sql.run(writing, "create table late (id int)", "insert into late values (1)");

            int source = cluster.node("node2").path("port").intValue();
            assertThat(Files.readString(log(cluster, "node4"))).contains("clones from 127.0.0.1:" + source);
            assertThat(cluster.node("node4").path("voter").booleanValue()).isFalse();
            assertThat(isThere(cluster.direct("node4"))).isFalse();

            String leader = cluster.leader().orElseThrow();
            cluster.killNodeAndPostgres(leader);
            cluster.await(
                    "another leader",
                    status -> status.path("leader").isString()
                            && !status.path("leader").stringValue().equals(leader));
            Sql.run(writing, "insert into late values (2)");

            assertThat(cluster.leader()).get().isNotEqualTo("node4");
            assertThat(isThere(cluster.direct("node4"))).isFalse();

            cluster.run("node", "tag", "node4", "delay=").orThrow("node tag");
            Awaitility.await("the rows show when nothing is delayed any more")
                    .atMost(Duration.ofSeconds(30))
                    .ignoreExceptionsInstanceOf(SQLException.class)
                    .until(() -> isThere(cluster.direct("node4"))
                            && Sql.one(cluster.direct("node4"), "select count(*) from late")
                                    .equals("2"));
        }
    }

    private static Path log(LocalCluster cluster, String node) {
        return cluster.directory().resolve("logs").resolve(node + ".log");
    }

    private static boolean isThere(String uri) throws SQLException {
        return !Sql.one(uri, "select coalesce(to_regclass('late')::text, '')").isEmpty();
    }
}
