package io.howdah.kernel.address;

import io.howdah.kernel.model.GatewayId;
import java.util.Comparator;

/**
 * One run of one gateway process. Two runs under one name are two: the first may still be alive, frozen or on another host.
 *
 * @param run differs between any two runs
 */
public record Contestant(GatewayId gateway, String run, int priority) {
    /** The better one first. */
    static final Comparator<Contestant> BETTER = Comparator.comparingInt(Contestant::priority)
            .reversed()
            .thenComparing(Contestant::gateway)
            .thenComparing(Contestant::run);

    boolean isSameRun(Contestant other) {
        return gateway.equals(other.gateway) && run.equals(other.run);
    }

    boolean isBetterThan(Contestant other) {
        return BETTER.compare(this, other) < 0;
    }
}
