package io.howdah.gateway.balance;

import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.NodeId;
import java.util.Map;
import java.util.Optional;

/**
 * One picture of where servers are in the log. Immutable.
 *
 * @param primaryEnd how far the primary had written, {@link Lsn#ZERO} while nothing is known
 * @param primaryQuestion the number of the question that this answers; commits that were acknowledged before it was asked lie below
 * @param replicas how far each replica is
 */
public record Positions(Lsn primaryEnd, long primaryQuestion, Map<NodeId, Progress> replicas) {
    public static final Positions NONE = new Positions(Lsn.ZERO, 0, Map.of());

    public Positions {
        replicas = Map.copyOf(replicas);
    }

    public Optional<Progress> of(NodeId node) {
        return Optional.ofNullable(replicas.get(node));
    }
}
