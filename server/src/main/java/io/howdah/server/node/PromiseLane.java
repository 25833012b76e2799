package io.howdah.server.node;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.howdah.kernel.election.Effect;
import io.howdah.kernel.election.Input;
import io.howdah.kernel.model.Promise;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The promise lane: makes promises durable strictly in the order in which the core asked, off the core's thread, and lets
 * whoever is about to change the data directory wait until that intention is on disk.
 */
@ThreadSafe
final class PromiseLane {
    private final PromiseFile file;
    private final ExecutorService lane;
    private final Consumer<Input> answers;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private Promise durable;

    /** @param lane runs one task at a time, in order */
    PromiseLane(PromiseFile file, Promise restored, ExecutorService lane, Consumer<Input> answers) {
        this.file = file;
        this.durable = restored;
        this.lane = lane;
        this.answers = answers;
    }

    void persist(Effect.PersistPromise effect) {
        lane.execute(() -> write(effect.promise()));
    }

    /** The last promise that is on disk. */
    Promise durable() {
        lock.lock();
        try {
            return durable;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until the promise on disk names this operation.
     *
     * @throws NodeException when that takes longer than the limit: nothing may be touched then
     */
    void awaitOperation(Promise.Operation operation, Duration limit) throws InterruptedException {
        lock.lock();
        try {
            long remainingNanos = limit.toNanos();
            while (durable.operation() != operation) {
                if (remainingNanos <= 0) {
                    throw new NodeException(
                            "the intention to %s was not made durable in %d s".formatted(operation, limit.toSeconds()),
                            "look for disk errors of the node's directory");
                }
                remainingNanos = changed.awaitNanos(remainingNanos);
            }
        } finally {
            lock.unlock();
        }
    }

    private void write(Promise promise) {
        try {
            file.write(promise);
        } catch (UncheckedIOException e) {
            answers.accept(new Input.PromiseFailed(promise, String.valueOf(e.getMessage())));
            return;
        }
        lock.lock();
        try {
            durable = promise;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        answers.accept(new Input.PromisePersisted(promise));
    }
}
