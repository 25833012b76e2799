package io.howdah.gateway.balance;

import io.howdah.gateway.route.Backend;
import io.howdah.gateway.route.Routes;
import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.NodeId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps asking the servers where they are in the log: seldom while nobody needs to know exactly, and every few milliseconds while a
 * session waits for replicas to catch up with what it has committed. One virtual thread and one connection for each server, from the
 * first session on that may read from replicas.
 *
 * <p>Safe on every thread; nothing that sessions call blocks.
 */
public final class PositionWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PositionWatch.class);
    private static final Duration SELDOM = Duration.ofMillis(250);
    private static final Duration OFTEN = Duration.ofMillis(10);
    private static final Duration AFTER_FAILURE = Duration.ofMillis(500);
    /** Somebody who still needs it asks again within this time. */
    private static final Duration DEMAND = Duration.ofMillis(500);

    private final PositionSource source;
    private final LongSupplier nanoClock;
    private final AtomicLong questions = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition wanted = lock.newCondition();
    private final Map<Backend, Thread> watchers = new HashMap<>();
    private final Map<NodeId, Progress> replicas = new HashMap<>();
    private final LagHistory history = new LagHistory();
    private Routes routes = Routes.NONE;
    private boolean started;
    private boolean closed;
    private volatile Positions current = Positions.NONE;
    private volatile long demandedUntilNanos;
    private volatile boolean demanded;

    /** @param nanoClock as System.nanoTime, the same that sessions compare with */
    public PositionWatch(PositionSource source, LongSupplier nanoClock) {
        this.source = source;
        this.nanoClock = nanoClock;
        this.demandedUntilNanos = nanoClock.getAsLong();
    }

    /** The newest picture. */
    public Positions current() {
        return current;
    }

    /** The clock that the picture's times are of. */
    public long nanoTime() {
        return nanoClock.getAsLong();
    }

    /** Marks this moment: what is committed now lies below the primary's answer to any later question. */
    public long mark() {
        return questions.get();
    }

    /** Begins to ask, unless it has begun. */
    public void start() {
        lock.lock();
        try {
            started = true;
            follow();
        } finally {
            lock.unlock();
        }
    }

    /** A newer picture of the cluster. */
    public void routesChanged(Routes newer) {
        lock.lock();
        try {
            routes = newer;
            follow();
        } finally {
            lock.unlock();
        }
    }

    /** A session waits for newer positions. */
    public void demand() {
        demandedUntilNanos = nanoClock.getAsLong() + DEMAND.toNanos();
        if (!demanded && lock.tryLock()) {
            try {
                demanded = true;
                wanted.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            watchers.values().forEach(Thread::interrupt);
            watchers.clear();
            wanted.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Has a thread for each server of the picture, and none for others. */
    private void follow() {
        if (!started || closed) {
            return;
        }
        watchers.entrySet().removeIf(entry -> {
            boolean gone = !isWatched(entry.getKey());
            if (gone) {
                entry.getValue().interrupt();
                replicas.remove(entry.getKey().node());
            }
            return gone;
        });
        routes.primary().ifPresent(this::watch);
        routes.replicas().forEach(this::watch);
        publish(current.primaryEnd(), current.primaryQuestion());
    }

    private boolean isWatched(Backend place) {
        return routes.primary().equals(Optional.of(place)) || routes.replicas().contains(place);
    }

    private void watch(Backend place) {
        watchers.computeIfAbsent(
                place,
                missing ->
                        Thread.ofVirtual().name("position-of-" + missing.node()).start(() -> run(missing)));
    }

    // ---- the watchers

    private void run(Backend place) {
        while (!Thread.currentThread().isInterrupted()) {
            try (PositionSource.Asked server = source.open(place)) {
                while (!Thread.currentThread().isInterrupted()) {
                    long question = questions.incrementAndGet();
                    PositionSource.Reading reading = server.read();
                    if (!took(place, question, reading) || !pause()) {
                        return;
                    }
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.debug("{} could not be asked for its position in the log", place, e);
                if (!lost(place)) {
                    return;
                }
            }
        }
    }

    private boolean isMine(Backend place) {
        return !closed && Thread.currentThread().equals(watchers.get(place));
    }

    private boolean took(Backend place, long question, PositionSource.Reading reading) {
        long now = nanoClock.getAsLong();
        lock.lock();
        try {
            if (!isMine(place)) {
                return false;
            }
            if (!reading.standby()) {
                replicas.remove(place.node());
                if (routes.primary().equals(Optional.of(place))) {
                    history.add(reading.end(), now);
                    publish(reading.end(), question);
                }
            } else if (routes.replicas().contains(place)) {
                Progress before = replicas.get(place.node());
                replicas.put(
                        place.node(),
                        new Progress(
                                reading.end(),
                                Math.max(0, history.end().bytesAheadOf(reading.end())),
                                history.lagNanos(reading.end(), now),
                                before == null ? now : before.sinceNanos(),
                                now));
                publish(current.primaryEnd(), current.primaryQuestion());
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void publish(Lsn end, long question) {
        current = new Positions(end, question, replicas);
    }

    /** Waits until it is time to ask again. Says whether to go on. */
    private boolean pause() throws InterruptedException {
        long untilNanos = nanoClock.getAsLong() + SELDOM.toNanos();
        TimeUnit.NANOSECONDS.sleep(OFTEN.toNanos());
        lock.lock();
        try {
            while (!closed && !isDemanded() && nanoClock.getAsLong() - untilNanos < 0) {
                demanded = false;
                var _ = wanted.awaitNanos(SELDOM.toNanos());
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private boolean isDemanded() {
        return demandedUntilNanos - nanoClock.getAsLong() > 0;
    }

    private boolean lost(Backend place) {
        lock.lock();
        try {
            if (!isMine(place)) {
                return false;
            }
            replicas.remove(place.node());
            publish(current.primaryEnd(), current.primaryQuestion());
        } finally {
            lock.unlock();
        }
        try {
            TimeUnit.NANOSECONDS.sleep(AFTER_FAILURE.toNanos());
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }
}
