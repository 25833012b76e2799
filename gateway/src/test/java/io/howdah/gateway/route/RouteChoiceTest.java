package io.howdah.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.kernel.model.Cell;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Term;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RouteChoiceTest {
    private static final Backend PRIMARY = backend("node1", "zone1");
    private static final Backend NEAR = backend("node2", "zone2");
    private static final Backend ALSO_NEAR = backend("node3", "zone2");
    private static final Backend FAR = backend("node4", "zone3");

    private final RouteChoice choice = new RouteChoice(new Cell("zone2"));

    private static Backend backend(String node, String cell) {
        return new Backend("home", new NodeId(node), new Cell(cell), "127.0.0.1", 5432);
    }

    private static Routes routes(Optional<Backend> primary, Backend... replicas) {
        return new Routes(new Term(1), primary, List.of(replicas), Optional.empty());
    }

    private Optional<Backend> read(Routes routes, Map<Backend, Integer> sessions) {
        return choice.choose(PortRole.READ_ONLY, routes, place -> sessions.getOrDefault(place, 0));
    }

    @Test
    void writesGoToThePrimaryOrNowhere() {
        assertThat(choice.choose(PortRole.READ_WRITE, routes(Optional.of(PRIMARY), NEAR), place -> 0))
                .contains(PRIMARY);
        assertThat(choice.choose(PortRole.AUTO, routes(Optional.empty(), NEAR), place -> 0))
                .isEmpty();
    }

    @Test
    void readsPreferTheOwnCellThenTheFewestSessionsThenTheGivenOrder() {
        Routes routes = routes(Optional.of(PRIMARY), FAR, NEAR, ALSO_NEAR);
        assertThat(read(routes, Map.of())).contains(NEAR);
        assertThat(read(routes, Map.of(NEAR, 2, ALSO_NEAR, 1))).contains(ALSO_NEAR);
        assertThat(read(routes(Optional.of(PRIMARY), FAR), Map.of(FAR, 9))).contains(FAR);
    }

    @Test
    void readsFallBackToThePrimary() {
        assertThat(read(routes(Optional.of(PRIMARY)), Map.of())).contains(PRIMARY);
        assertThat(read(routes(Optional.empty()), Map.of())).isEmpty();
    }

    @Test
    void aReaderLeavesThePrimaryWhenThereIsAReplicaAgain() {
        assertThat(choice.isFit(PortRole.READ_ONLY, routes(Optional.of(PRIMARY)), PRIMARY))
                .isTrue();
        assertThat(choice.isFit(PortRole.READ_ONLY, routes(Optional.of(PRIMARY), NEAR), PRIMARY))
                .isFalse();
        assertThat(choice.isFit(PortRole.READ_ONLY, routes(Optional.of(PRIMARY), NEAR), NEAR))
                .isTrue();
    }
}
