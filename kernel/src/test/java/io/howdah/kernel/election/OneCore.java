package io.howdah.kernel.election;

import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Promise;
import io.howdah.kernel.model.Rule;
import io.howdah.kernel.model.Term;
import io.howdah.kernel.model.TimelineId;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;

/** One core to be spoken to by hand, and what is said to it most often. */
final class OneCore {
    static final ClusterId CLUSTER = new ClusterId("00000000000000aa");
    static final NodeId ONE = new NodeId("node1");
    static final NodeId TWO = new NodeId("node2");
    static final Rule ALONE = new Rule(new Term(1), 1, ONE, new TreeSet<>(List.of(ONE)), TimelineId.FIRST);
    static final Rule PAIR = new Rule(new Term(1), 1, ONE, new TreeSet<>(List.of(ONE, TWO)), TimelineId.FIRST);

    private OneCore() {}

    static ElectionCore core(NodeId self) {
        return new ElectionCore(
                ElectionSettings.defaults(),
                CLUSTER,
                self,
                new TreeSet<>(List.of(self)),
                Promise.initial(CLUSTER, self),
                new SplittableRandom(1));
    }

    static Input standby(Rule rule) {
        return new Input.LocalPostgres(
                PostgresState.STANDBY,
                Optional.of(Position.of(1, "0/10")),
                Optional.of(rule),
                false,
                Optional.empty(),
                Optional.empty());
    }

    static <E extends Effect> E find(List<Effect> effects, Class<E> kind) {
        return effects.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind.getSimpleName() + " in " + effects));
    }
}
