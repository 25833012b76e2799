package io.howdah.server.node;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.howdah.kernel.election.Effect;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The instance lane: carries out, one at a time and in order, what the core wants done to the local PostgreSQL.
 *
 * <p>An order to stop receiving or to hand over outranks what is queued, and interrupts a follow under way (a clone may
 * take an hour; the election cannot wait for it). The worker must let an interrupt through only where it leaves the data
 * directory in a state that is marked on disk.
 */
@ThreadSafe
final class InstanceLane {
    private static final Logger LOG = LoggerFactory.getLogger(InstanceLane.class);

    private final Consumer<Effect> worker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();

    @GuardedBy("lock")
    private final Deque<Effect> queue = new ArrayDeque<>();

    @GuardedBy("lock")
    private @Nullable Effect current;

    @GuardedBy("lock")
    private boolean closed;

    private final Thread thread;

    InstanceLane(Consumer<Effect> worker) {
        this.worker = worker;
        this.thread = Thread.ofVirtual().name("instance").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    void submit(Effect effect) {
        lock.lock();
        try {
            if (outranks(effect)) {
                queue.clear();
                if (current instanceof Effect.Follow || current instanceof Effect.FollowRemote) {
                    thread.interrupt();
                }
            }
            if (!(effect instanceof Effect.Follow && effect.equals(current))) {
                queue.add(effect);
                arrived.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    void stop() throws InterruptedException {
        lock.lock();
        try {
            closed = true;
            queue.clear();
            arrived.signal();
            thread.interrupt();
        } finally {
            lock.unlock();
        }
        thread.join();
    }

    private void run() {
        while (true) {
            Effect effect = next();
            if (effect == null) {
                return;
            }
            try {
                worker.accept(effect);
            } catch (RuntimeException e) {
                LOG.error("{} failed in a way nobody foresaw", effect, e);
            }
        }
    }

    private @Nullable Effect next() {
        lock.lock();
        try {
            current = null;
            // An interrupt was meant for the effect that has just ended.
            Thread.interrupted();
            while (queue.isEmpty() && !closed) {
                arrived.awaitUninterruptibly();
            }
            current = queue.poll();
            return current;
        } finally {
            lock.unlock();
        }
    }

    private static boolean outranks(Effect effect) {
        return effect instanceof Effect.Quiesce || effect instanceof Effect.HandOver;
    }
}
