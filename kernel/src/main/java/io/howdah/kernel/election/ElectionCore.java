package io.howdah.kernel.election;

import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Promise;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.random.RandomGenerator;

/** Interface only; the logic follows. */
public final class ElectionCore {
    private final Promise promise;

    public ElectionCore(
            ElectionSettings settings,
            ClusterId cluster,
            NodeId self,
            SortedSet<NodeId> configured,
            Promise restored,
            RandomGenerator random) {
        this.promise = restored;
    }

    /** Takes one input at the given monotonic time and tells what to do about it. Single-threaded. */
    public List<Effect> step(long nowMillis, Input input) {
        return List.of();
    }

    /** The state after the last step. */
    public ElectionView view() {
        return new ElectionView(
                promise.term(),
                Optional.empty(),
                ElectionPhase.STARTING,
                false,
                0,
                "",
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                promise,
                0);
    }
}
