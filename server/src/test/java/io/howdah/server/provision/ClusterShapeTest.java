package io.howdah.server.provision;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.kernel.model.Cell;
import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeTags;
import io.howdah.server.configuration.ClusterConfiguration;
import io.howdah.server.configuration.ClusterConfiguration.GatewayPorts;
import io.howdah.server.configuration.ClusterConfiguration.NodeEntry;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ClusterShapeTest {
    private static final ClusterId ID = new ClusterId("0123456789abcdef");

    @Test
    void theDefaultIsThreeNodesInThreeCellsWithAGatewayEach() {
        ClusterConfiguration cluster = ClusterShape.create(ClusterRequest.DEFAULT, ID, 7654);
        assertThat(cluster.nodes())
                .extracting(
                        node -> "%s %s %d %d".formatted(node.id(), node.cell(), node.postgresPort(), node.apiPort()))
                .containsExactly("node1 zone1 5441 5451", "node2 zone2 5442 5452", "node3 zone3 5443 5453");
        assertThat(cluster.gateways())
                .extracting(gateway -> gateway.id() + " " + gateway.cell())
                .containsExactly("gateway1 zone1", "gateway2 zone2", "gateway3 zone3");
        assertThat(cluster.gateways().getLast().ports()).isEqualTo(new GatewayPorts(6452, 6453, 6454));
        assertThat(cluster.name()).isEqualTo("local");
        assertThat(cluster.host()).isEqualTo("127.0.0.1");
    }

    @Test
    void givenCellsAreReusedInTurnAndHaveOneGatewayEach() {
        ClusterConfiguration cluster = ClusterShape.create(request(5, "east", "west"), ID, 7654);
        assertThat(cluster.nodes())
                .extracting(node -> node.cell().value())
                .containsExactly("east", "west", "east", "west", "east");
        assertThat(cluster.gateways())
                .extracting(gateway -> gateway.cell().value())
                .containsExactly("east", "west");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5})
    void oddNumbersArePossible(int nodes) {
        assertThat(request(nodes).problems()).isEmpty();
        assertThat(ClusterShape.create(request(nodes), ID, 7654).nodes()).hasSize(nodes);
    }

    @ParameterizedTest
    @CsvSource({
        "2,survive no more failures than 1",
        "4,survive no more failures than 3",
        "0,cannot have",
        "7,cannot have"
    })
    void otherNumbersAreRefusedWithTheReason(int nodes, String reason) {
        assertThat(request(nodes).problems()).singleElement().satisfies(problem -> {
            assertThat(problem.what()).contains(reason);
            assertThat(problem.hint()).contains("1, 3 or 5");
        });
    }

    @Test
    void allProblemsOfARequestAreTold() {
        assertThat(request(2, "Zone 1", "ok", "../x").problems()).hasSize(3);
    }

    @Test
    void anotherShapeThanThatOfAnExistingClusterIsRefused() {
        ClusterConfiguration existing = ClusterShape.create(request(3, "a", "b"), ID, 7654);
        assertThat(ClusterShape.differences(ClusterRequest.DEFAULT, existing)).isEmpty();
        assertThat(ClusterShape.differences(request(3, "a", "b", "a"), existing))
                .isEmpty();
        assertThat(ClusterShape.differences(request(3, "b", "a"), existing)).isEmpty();
        assertThat(ClusterShape.differences(request(5, "a", "b"), existing)).isEmpty();
        assertThat(ClusterShape.differences(request(1, "a", "c"), existing)).hasSize(2);
    }

    @Test
    void aGrowingClusterGetsNamesThatNobodyHadAndAGatewayInEachCell() {
        ClusterConfiguration one = ClusterShape.create(request(1), ID, 7654);
        ClusterConfiguration two = grow(one);
        assertThat(two.nodes().getLast()).isEqualTo(new NodeEntry(new NodeId("node2"), new Cell("zone2"), 5442, 5452));
        assertThat(two.gateways()).hasSize(2);
        ClusterConfiguration again = grow(two.without(new NodeId("node2")));
        assertThat(again.nodes().getLast().id()).isEqualTo(new NodeId("node3"));
        ClusterConfiguration four = grow(grow(again));
        assertThat(four.gateways()).hasSize(3);
        assertThat(four.ports()).doesNotHaveDuplicates();
    }

    private static ClusterConfiguration grow(ClusterConfiguration present) {
        return ClusterShape.grow(present, Optional.empty(), Optional.empty(), NodeTags.NONE, (first, used) -> {
            int port = first;
            while (used.contains(port)) {
                port++;
            }
            return port;
        });
    }

    static ClusterRequest request(int nodes, String... cells) {
        return new ClusterRequest(OptionalInt.of(nodes), List.of(cells), Optional.empty());
    }
}
