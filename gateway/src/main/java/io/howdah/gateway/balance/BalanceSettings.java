package io.howdah.gateway.balance;

import io.howdah.kernel.model.NodeId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * How reads are shared among replicas.
 *
 * @param maximumLagBytes a replica that has more than this to replay gets no reads
 * @param maximumLag nor does one that is behind for longer
 * @param slowStart for how long after its return a replica gets less than its share
 * @param weights the shares of nodes, 1 unless named here; 0 takes a node out: what runs there may end, nothing new goes there
 */
public record BalanceSettings(
        long maximumLagBytes, Duration maximumLag, Duration slowStart, Map<NodeId, Double> weights) {
    public static final BalanceSettings USUAL =
            new BalanceSettings(64L << 20, Duration.ofSeconds(10), Duration.ofSeconds(10), Map.of());

    public BalanceSettings {
        weights = Map.copyOf(weights);
        weights.forEach((node, weight) -> {
            if (!(weight >= 0 && weight <= 100)) {
                throw new IllegalArgumentException("weight " + weight + " of " + node + " is not between 0 and 100");
            }
        });
    }

    public double weight(NodeId node) {
        return weights.getOrDefault(node, 1.0);
    }

    /** The same with another share for one node. */
    public BalanceSettings withWeight(NodeId node, double weight) {
        Map<NodeId, Double> changed = new HashMap<>(weights);
        changed.put(node, weight);
        return new BalanceSettings(maximumLagBytes, maximumLag, slowStart, changed);
    }
}
