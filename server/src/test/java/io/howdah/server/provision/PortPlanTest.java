package io.howdah.server.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.howdah.kernel.model.ClusterId;
import io.howdah.server.configuration.ClusterConfiguration;
import io.howdah.server.provision.PortTable.Owner;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

final class PortPlanTest {
    private static final ClusterConfiguration USUAL =
            ClusterShape.create(ClusterRequest.DEFAULT, new ClusterId("0123456789abcdef"), 7654);

    @Test
    void freePortsStayAsTheyAre() {
        assertThat(PortPlan.forNew(USUAL, taken())).isEqualTo(new PortPlan(USUAL, List.of()));
        assertThat(PortPlan.forExisting(USUAL, taken()).configuration()).isEqualTo(USUAL);
    }

    @Test
    void aNewClusterMovesAsAWholeAndNamesTheOwners() {
        PortPlan plan = PortPlan.forNew(USUAL, taken(6432, 6433, 5441));
        assertThat(plan.configuration().nodes())
                .extracting(node -> node.postgresPort() + " " + node.apiPort())
                .containsExactly("5541 5551", "5542 5552", "5543 5553");
        assertThat(plan.configuration().gateways().getFirst().ports().auto()).isEqualTo(6532);
        assertThat(plan.configuration().adminPort()).isEqualTo(7654);
        assertThat(plan.notes())
                .containsExactly(
                        "ports 5441, 6433 are taken by owner of odd ports: this cluster uses the ports 100 higher",
                        "port 6432 is taken by owner of even ports: this cluster uses the ports 100 higher");
    }

    @Test
    void aThirdClusterMovesFurther() {
        PortPlan plan = PortPlan.forNew(USUAL, taken(6432, 6532));
        assertThat(plan.configuration().gateways().getFirst().ports().auto()).isEqualTo(6632);
    }

    @Test
    void aBlockThatWouldHitAdminIsLeftOut() {
        ClusterConfiguration close =
                ClusterShape.create(ClusterRequest.DEFAULT, new ClusterId("0123456789abcdef"), 6532);
        assertThat(PortPlan.forNew(close, taken(6432))
                        .configuration()
                        .gateways()
                        .getFirst()
                        .ports()
                        .auto())
                .isEqualTo(6632);
    }

    @Test
    void anExistingClusterMovesOnlyWhatIsTaken() {
        PortPlan plan = PortPlan.forExisting(USUAL, taken(5451, 6433));
        assertThat(plan.configuration().nodes().getFirst().apiPort())
                .as("5452 and 5453 belong to the other nodes")
                .isEqualTo(5454);
        assertThat(plan.configuration().gateways().getFirst().ports())
                .isEqualTo(new ClusterConfiguration.GatewayPorts(6432, 6436, 6434, 6435));
        assertThat(plan.notes())
                .containsExactly(
                        "port 5451 is taken by owner of odd ports: node1 uses 5454 from now on",
                        "port 6433 is taken by owner of odd ports: gateway1 uses 6436 from now on");
    }

    @Test
    void noFreePortAtAllIsTold() {
        assertThatThrownBy(() -> PortPlan.forNew(USUAL, _ -> Optional.of(new Owner(OptionalLong.empty(), "x"))))
                .isInstanceOf(ProvisionException.class)
                .hasMessageContaining("No free ports");
    }

    private static IntFunction<Optional<Owner>> taken(int... ports) {
        Set<Integer> set = new HashSet<>();
        for (int port : ports) {
            set.add(port);
        }
        return port -> set.contains(port)
                ? Optional.of(
                        new Owner(OptionalLong.of(port), "owner of %s ports".formatted(port % 2 == 0 ? "even" : "odd")))
                : Optional.empty();
    }
}
