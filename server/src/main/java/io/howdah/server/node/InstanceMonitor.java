package io.howdah.server.node;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.howdah.kernel.model.Position;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Looks at the local PostgreSQL again and again: a few times a second while nothing happens, every few milliseconds while
 * the election waits for it, and at once when somebody has reason to believe that something changed. Reports what changed
 * immediately and what did not twice a second.
 */
@ThreadSafe
final class InstanceMonitor {
    private static final Duration CALM = Duration.ofMillis(100);
    private static final Duration HURRIED = Duration.ofMillis(5);
    private static final Duration REPORT_EVERY = Duration.ofMillis(500);

    /** Takes an observation, or refuses it because something was completed while it was made. */
    interface Report {
        boolean take(Observation observation, long completionsBefore);
    }

    private final Supplier<Observation> look;
    private final LongSupplier completions;
    private final Report report;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition woken = lock.newCondition();
    private final Thread thread;

    @GuardedBy("lock")
    private boolean hurried;

    @GuardedBy("lock")
    private boolean lookNow;

    @GuardedBy("lock")
    private Optional<Position> watched = Optional.empty();

    @GuardedBy("lock")
    private boolean closed;

    InstanceMonitor(Supplier<Observation> look, LongSupplier completions, Report report) {
        this.look = look;
        this.completions = completions;
        this.report = report;
        this.thread = Thread.ofVirtual().name("monitor").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Something changed, or may have. */
    void lookNow() {
        lock.lock();
        try {
            lookNow = true;
            woken.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the election waits for this instance. */
    void hurry(boolean waiting) {
        lock.lock();
        try {
            if (waiting && !hurried) {
                woken.signal();
            }
            hurried = waiting;
        } finally {
            lock.unlock();
        }
    }

    /** Looks often until the durable log reaches the position. */
    void watch(Position position) {
        lock.lock();
        try {
            watched = Optional.of(position);
            woken.signal();
        } finally {
            lock.unlock();
        }
    }

    void stop() throws InterruptedException {
        lock.lock();
        try {
            closed = true;
            woken.signal();
        } finally {
            lock.unlock();
        }
        thread.join();
    }

    private void run() {
        Optional<Observation> reported = Optional.empty();
        long reportedAtNanos = 0;
        while (pause()) {
            long completionsBefore = completions.getAsLong();
            Observation seen = look.get();
            boolean due = System.nanoTime() - reportedAtNanos > REPORT_EVERY.toNanos();
            if (due || reported.isEmpty() || matters(reported.get(), seen)) {
                if (report.take(seen, completionsBefore)) {
                    reported = Optional.of(seen);
                    reportedAtNanos = System.nanoTime();
                } else {
                    reported = Optional.empty();
                    lookNow();
                }
            }
        }
    }

    private boolean matters(Observation before, Observation now) {
        boolean reached = false;
        boolean counting;
        lock.lock();
        try {
            if (watched.isPresent() && now.local().position().isPresent()) {
                reached = !now.local().position().get().isBefore(watched.get());
                if (reached) {
                    watched = Optional.empty();
                }
            }
            counting = hurried;
        } finally {
            lock.unlock();
        }
        return reached
                || before.processId() != now.processId()
                || before.local().state() != now.local().state()
                || before.local().receiving() != now.local().receiving()
                || !before.local().receiverTerm().equals(now.local().receiverTerm())
                || !before.local().rule().equals(now.local().rule())
                || before.local().condition().isUnlike(now.local().condition())
                || before.local().position().isPresent()
                        != now.local().position().isPresent()
                || followersChanged(before, now)
                || (counting && !before.flushed().equals(now.flushed()));
    }

    private static boolean followersChanged(Observation before, Observation now) {
        return !before.flushed()
                .map(progress -> progress.flushed().keySet())
                .equals(now.flushed().map(progress -> progress.flushed().keySet()));
    }

    /** Waits for the next look; false when there is none. */
    private boolean pause() {
        lock.lock();
        try {
            long remainingNanos = pauseLength().toNanos();
            while (!closed && !lookNow && remainingNanos > 0) {
                remainingNanos =
                        Math.min(woken.awaitNanos(remainingNanos), pauseLength().toNanos());
            }
            lookNow = false;
            return !closed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private Duration pauseLength() {
        return hurried || watched.isPresent() ? HURRIED : CALM;
    }
}
