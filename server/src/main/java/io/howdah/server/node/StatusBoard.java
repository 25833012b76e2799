package io.howdah.server.node;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.howdah.kernel.model.NodeStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where the agent pins the node's latest status and the streams read it. A status that changes what a reader would do is
 * urgent and wakes all readers at once; one that only moves the log position waits for their next beat.
 */
@ThreadSafe
final class StatusBoard {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition urgent = lock.newCondition();

    @GuardedBy("lock")
    private NodeStatus latest;

    @GuardedBy("lock")
    private long urgentSequence;

    StatusBoard(NodeStatus initial) {
        this.latest = initial;
    }

    void publish(NodeStatus status) {
        lock.lock();
        try {
            boolean wake = !withoutPosition(status).equals(withoutPosition(latest));
            latest = status;
            if (wake) {
                urgentSequence = status.sequence();
                urgent.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    NodeStatus latest() {
        lock.lock();
        try {
            return latest;
        } finally {
            lock.unlock();
        }
    }

    /** Returns as soon as there is an urgent status newer than the one seen, else the latest one after the wait. */
    NodeStatus awaitNewer(long seenSequence, Duration wait) throws InterruptedException {
        lock.lock();
        try {
            long remainingNanos = wait.toNanos();
            while (urgentSequence <= seenSequence && remainingNanos > 0) {
                remainingNanos = urgent.awaitNanos(remainingNanos);
            }
            return latest;
        } finally {
            lock.unlock();
        }
    }

    /** For shutting down: lets every reader look once more. */
    void wakeAll() {
        lock.lock();
        try {
            urgentSequence = Long.MAX_VALUE;
            urgent.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static NodeStatus withoutPosition(NodeStatus status) {
        return new NodeStatus(
                status.cluster(),
                status.node(),
                status.cell(),
                0,
                status.term(),
                status.leader(),
                status.role(),
                status.state(),
                status.reason(),
                status.gateOpen(),
                status.drain(),
                status.successor(),
                Optional.empty(),
                0,
                status.voter(),
                status.members(),
                status.processId(),
                status.postgresProcessId(),
                status.host(),
                status.postgresPort(),
                status.apiPort(),
                status.dataDirectory(),
                status.tags(),
                status.pendingRestart(),
                status.logicalSlots(),
                status.addressGrants(),
                status.pause());
    }
}
