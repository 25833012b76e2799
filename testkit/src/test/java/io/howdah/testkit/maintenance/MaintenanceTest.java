package io.howdah.testkit.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.testkit.cluster.CommandResult;
import io.howdah.testkit.cluster.LocalCluster;
import io.howdah.testkit.cluster.Writers;
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
import tools.jackson.databind.json.JsonMapper;

/** One cluster under maintenance; the scenes follow each other. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class MaintenanceTest {
    private static LocalCluster cluster;

    @BeforeAll
    static void up() {
        cluster = LocalCluster.up();
    }

    @AfterAll
    static void down() {
        cluster.close();
    }

    /** Acceptance scenario A21. */
    @Test
    @Order(1)
    void whileElectionsArePausedNobodyTakesOverAndAfterwardsSomebodyDoesAtOnce() throws Exception {
        String leader = cluster.leader().orElseThrow();
        cluster.run("pause", "--reason", "new switches").orThrow("pause");
        JsonNode paused = cluster.status();
        assertThat(paused.path("pause").path("reason").stringValue()).isEqualTo("new switches");
        assertThat(paused.path("failover").booleanValue()).isFalse();
        long term = paused.path("term").longValue();
        try (Writers writers = Writers.start(cluster.dsn("rw", "zone1"), 4)) {
            awaitMoreWrites(writers);
        }

        cluster.killNodeAndPostgres(leader);

        // Longer than any node would wait before it suspects and elects.
        Awaitility.await()
                .during(Duration.ofSeconds(6))
                .atMost(Duration.ofSeconds(12))
                .until(() -> cluster.status().path("term").longValue() == term
                        && cluster.leader().isEmpty());

        cluster.run("resume").orThrow("resume");

        JsonNode resumed =
                cluster.await("a new leader", status -> status.path("leader").isString());
        assertThat(resumed.path("leader").stringValue()).isNotEqualTo(leader);
        assertThat(resumed.path("pause").isNull()).isTrue();
        cluster.upAgain();
        cluster.awaitHealthy();
    }

    @Test
    @Order(2)
    void aSwitchoverThatIsAskedForWorksDuringAPauseWhichEndsByItself() {
        String leader = cluster.leader().orElseThrow();
        cluster.run("pause", "--for", "20s").orThrow("pause");

        JsonNode done = JsonMapper.shared()
                .readTree(cluster.run("switchover", "--yes", "-o", "json")
                        .orThrow("switchover")
                        .output());

        assertThat(done.path("from").stringValue()).isEqualTo(leader);
        assertThat(done.path("to").stringValue()).isNotEqualTo(leader);
        cluster.await("the end of the pause", status -> status.path("pause").isNull());
        cluster.awaitHealthy();
    }

    @Test
    @Order(3)
    void theHistoryTellsWhoLedAndWhy() throws Exception {
        String leader = cluster.leader().orElseThrow();

        JsonNode newest = newestInHistory();

        assertThat(newest.path("leader").stringValue()).isEqualTo(leader);
        assertThat(newest.path("reason").stringValue()).startsWith("switchover");
        assertThat(newest.path("members")).hasSize(3);
        assertThat(cluster.run("history").orThrow("history").output()).contains("CAUSE", "node1,node2,node3");

        cluster.killNodeAndPostgres(leader);
        cluster.await(
                "another leader",
                status -> !List.of("", leader).contains(status.path("leader").stringValue("")));

        assertThat(newestInHistory().path("reason").stringValue())
                .as("the switchover before is not the cause of this")
                .contains(leader)
                .doesNotContain("switchover");
    }

    private static JsonNode newestInHistory() {
        CommandResult result = cluster.run("history", "-o", "json").orThrow("history");
        return JsonMapper.shared().readTree(result.output()).path("history").path(0);
    }

    private static void awaitMoreWrites(Writers writers) {
        int before = writers.ledger().count();
        Awaitility.await().until(() -> writers.ledger().count() > before + 50);
    }
}
