package io.howdah.server.node;

import com.google.errorprone.annotations.ThreadSafe;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Tells the gateways whom this leader will hand over to, while it still serves, and waits until they have connected there: what
 * they do now costs no client anything. A gateway that does not answer costs a moment, and its clients connect later.
 */
@ThreadSafe
final class Herald {
    private final DrainRoll roll;
    private final Runnable changed;
    private volatile Optional<NodeId> successor = Optional.empty();
    private volatile CountDownLatch confirmed = new CountDownLatch(0);

    /** @param changed to be called when {@link #successor} answers something else */
    Herald(Runnable changed) {
        this.changed = changed;
        this.roll = new DrainRoll(_ -> confirmed.countDown());
    }

    /** Knows which gateways there are and takes their confirmations. */
    DrainRoll roll() {
        return roll;
    }

    /** Whom the status names. */
    Optional<NodeId> successor() {
        return successor;
    }

    /** Names somebody; returns at once. */
    void announce(NodeId heir) {
        confirmed = new CountDownLatch(1);
        successor = Optional.of(heir);
        roll.start(NodeStatus.preparation(heir));
        changed.run();
    }

    /** Until all gateways have connected to the successor, but no longer than that. */
    void awaitGateways(Duration limit) throws InterruptedException {
        boolean inTime = confirmed.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        if (!inTime) {
            roll.end();
        }
    }

    /** It is over, or was called off. */
    void withdraw() {
        roll.end();
        successor = Optional.empty();
        changed.run();
    }
}
