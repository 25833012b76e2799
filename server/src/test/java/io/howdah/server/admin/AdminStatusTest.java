package io.howdah.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.howdah.server.http.HttpAnswer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What admin says of nodes that are well, dead, silent or at odds. */
final class AdminStatusTest extends ThreeConfiguredNodes {
    @Test
    void theDocumentOfAHealthyClusterHasTheAgreedKeys() throws Exception {
        fixture.node(cluster, 1).leads(7);
        fixture.node(cluster, 2).follows("node1", 7);
        fixture.node(cluster, 3).follows("node1", 7);
        AdminProcess admin = fixture.admin();
        ObjectNode status = fixture.status(admin);
        assertThat(status.propertyNames())
                .containsExactly(
                        "cluster",
                        "cluster_id",
                        "term",
                        "leader",
                        "problems",
                        "nodes",
                        "gateways",
                        "virtual_addresses",
                        "admin",
                        "failover",
                        "pause",
                        "standby_of",
                        "standby_leader");
        assertThat(status.path("cluster").asString("")).isEqualTo("local");
        assertThat(status.path("term").asLong(0)).isEqualTo(7);
        assertThat(status.path("leader").asString("")).isEqualTo("node1");
        assertThat(status.path("failover").asBoolean(false)).isTrue();
        assertThat(texts(status.path("problems"))).containsExactly("gateway1: its process does not run");
        ObjectNode node = (ObjectNode) status.path("nodes").path(0);
        assertThat(node.propertyNames())
                .contains(
                        "id",
                        "cell",
                        "role",
                        "state",
                        "reason",
                        "pid",
                        "postgres_pid",
                        "host",
                        "port",
                        "api_port",
                        "data_dir",
                        "timeline",
                        "lsn",
                        "lag_bytes",
                        "voter",
                        "stale");
        assertThat(node.path("role").asString("")).isEqualTo("primary");
        assertThat(node.path("state").asString("")).isEqualTo("serving");
        assertThat(node.path("port").asInt(0))
                .isEqualTo(cluster.nodes().getFirst().postgresPort());
        ObjectNode gateway = (ObjectNode) status.path("gateways").path(0);
        assertThat(gateway.path("ports").propertyNames()).containsExactly("auto", "read_write", "read_only");
        assertThat(status.path("admin").path("url").asString("")).isEqualTo("http://127.0.0.1:" + admin.port());
        assertThat(Json.readObject(fixture.get(admin, "/api/v1/clusters/local").body())
                        .path("leader")
                        .asString(""))
                .isEqualTo("node1");
        assertThat(fixture.get(admin, "/api/v1/clusters/other").status()).isEqualTo(404);
        assertThat(fixture.get(admin, "/api/v1/nodes").body()).startsWith("[{\"id\":\"node1\"");
    }

    @Test
    void ofTwoThatSayTheyLeadTheHigherTermCounts() throws Exception {
        fixture.node(cluster, 1).leads(7);
        fixture.node(cluster, 2).leads(8);
        fixture.node(cluster, 3).follows("node2", 8);
        ObjectNode status = fixture.status(fixture.admin());
        assertThat(status.path("leader").asString("")).isEqualTo("node2");
        assertThat(texts(status.path("problems")))
                .contains("2 nodes say that they lead; the one of the highest term, node2, counts");
    }

    @Test
    void aDeadLeaderLeadsNoMoreAndItsWordIsMarkedAsOld() throws Exception {
        FakeNode leader = fixture.node(cluster, 1).leads(7);
        fixture.node(cluster, 2).follows("node1", 7);
        fixture.node(cluster, 3).follows("node1", 7);
        AdminProcess admin = fixture.admin();
        assertThat(fixture.status(admin).path("leader").asString("")).isEqualTo("node1");
        leader.close();
        await().until(() -> fixture.status(admin).path("leader").isNull());
        await().untilAsserted(() -> {
            JsonNode node = fixture.status(admin).path("nodes").path(0);
            assertThat(node.path("reason").asString(""))
                    .startsWith("its process does not run; ")
                    .endsWith("ago it was primary and serving");
            assertThat(node.path("role").asString("")).isEqualTo("standby");
            assertThat(node.path("state").asString("")).isEqualTo("unreachable");
            assertThat(node.path("stale").asBoolean(false)).isTrue();
            assertThat(node.path("lsn").isNull()).isTrue();
        });
        ObjectNode status = fixture.status(admin);
        assertThat(status.path("failover").asBoolean(true)).isFalse();
        assertThat(texts(status.path("problems"))).contains("no leader takes writes");
    }

    @Test
    void aSilentNodeIsMarkedAndDelaysNobody() throws Exception {
        fixture.node(cluster, 1).leads(7);
        fixture.node(cluster, 2).follows("node1", 7);
        FakeNode silent = fixture.node(cluster, 3).follows("node1", 7);
        AdminProcess admin = fixture.admin();
        assertThat(fixture.status(admin).path("nodes").path(2).path("stale").asBoolean(true))
                .isFalse();
        silent.hangs();
        await().until(() ->
                fixture.status(admin).path("nodes").path(2).path("stale").asBoolean(false));
        ObjectNode status = fixture.status(admin);
        assertThat(status.path("nodes").path(2).path("reason").asString("")).startsWith("it does not answer");
        assertThat(status.path("leader").asString("")).isEqualTo("node1");
        assertThat(texts(status.path("problems")))
                .contains("the loss of the leader would stop writes: too few other voters stream");
    }

    @Test
    void aDamagedConfigurationIsTold() throws Exception {
        Files.writeString(fixture.directory.configuration(), "nodes: [");
        HttpAnswer answer = fixture.get(fixture.admin(), "/api/v1/status");
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.body()).contains("unusable_file", "howdah.yaml", "line 1");
    }

    @Test
    void noAnswerHoldsASecret() throws Exception {
        fixture.node(cluster, 1).leads(7);
        AdminProcess admin = fixture.admin();
        for (String path : List.of("/api/v1/status", "/api/v1/nodes", "/api/v1/operations")) {
            assertThat(fixture.get(admin, path).body())
                    .doesNotContain("secret-x")
                    .doesNotContain(fixture.endpoint(admin).bearer());
        }
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        for (JsonNode item : array) {
            texts.add(item.asString(""));
        }
        return texts;
    }
}
