package io.howdah.server.node;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Knows which gateways read this node's status and which of them have confirmed the drain under way, so that a switchover
 * waits for exactly the answers that can come and not a moment longer.
 */
@ThreadSafe
final class DrainRoll {
    private final Consumer<String> complete;

    @GuardedBy("this")
    private final Map<String, Integer> readers = new HashMap<>();

    @GuardedBy("this")
    private final Set<String> confirmed = new HashSet<>();

    @GuardedBy("this")
    private Optional<String> drain = Optional.empty();

    /** @param complete told the drain's identifier once every reading gateway has confirmed it */
    DrainRoll(Consumer<String> complete) {
        this.complete = complete;
    }

    void gatewayArrived(String gateway) {
        synchronized (this) {
            readers.merge(gateway, 1, Integer::sum);
        }
    }

    void gatewayLeft(String gateway) {
        synchronized (this) {
            readers.computeIfPresent(gateway, (name, streams) -> streams > 1 ? streams - 1 : null);
        }
        announceIfComplete();
    }

    void start(String identifier) {
        synchronized (this) {
            drain = Optional.of(identifier);
            confirmed.clear();
        }
        announceIfComplete();
    }

    void end() {
        synchronized (this) {
            drain = Optional.empty();
        }
    }

    void confirmed(String gateway, String identifier) {
        synchronized (this) {
            if (!drain.equals(Optional.of(identifier))) {
                return;
            }
            confirmed.add(gateway);
        }
        announceIfComplete();
    }

    private void announceIfComplete() {
        Optional<String> done = Optional.empty();
        synchronized (this) {
            if (drain.isPresent() && confirmed.containsAll(readers.keySet())) {
                done = drain;
                drain = Optional.empty();
            }
        }
        done.ifPresent(complete);
    }
}
