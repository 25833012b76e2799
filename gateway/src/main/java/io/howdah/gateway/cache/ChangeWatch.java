package io.howdah.gateway.cache;

import io.howdah.gateway.route.Backend;
import io.howdah.gateway.route.Routes;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the log of whoever is the primary, from the first moment that somebody wants the cache on. A new primary, or a lost stream, is a
 * new beginning: what was known before counts no more. Safe on every thread; nothing that sessions call blocks.
 */
final class ChangeWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChangeWatch.class);
    private static final Duration AFTER_FAILURE = Duration.ofMillis(500);

    private final LogSource source;
    private volatile CacheSettings settings; // written under the lock
    private final LongSupplier nanoClock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable Thread thread;
    private boolean closed;
    private boolean wanted = true;
    private volatile Optional<Backend> primary = Optional.empty();
    private volatile @Nullable Following current;
    /** Ended because it is not wanted any more. */
    private @Nullable Following dismissed;

    private volatile String problem = "nobody has asked for it yet";

    ChangeWatch(LogSource source, CacheSettings settings, LongSupplier nanoClock) {
        this.source = source;
        this.settings = settings;
        this.nanoClock = nanoClock;
    }

    /** The stream, if it is up to date; otherwise nothing may come from the cache. */
    Optional<Following> current() {
        Following following = current;
        if (following == null) {
            start();
            return Optional.empty();
        }
        boolean usable = following.isCurrent(settings.staleAfter()) && primary.equals(Optional.of(following.place()));
        return usable ? Optional.of(following) : Optional.empty();
    }

    /** The newest stream, whatever has become of it. */
    @Nullable
    Following newest() {
        return current;
    }

    /** In a few words. */
    String state() {
        Following following = current;
        if (following != null && following.isCurrent(settings.staleAfter())) {
            return "follows " + following.place().node();
        }
        return problem;
    }

    void routesChanged(Routes routes) {
        lock.lock();
        try {
            if (!routes.primary().equals(primary)) {
                primary = routes.primary();
                dismiss();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends the stream; another one begins where it may. Under the lock. */
    private void dismiss() {
        dismissed = current;
        if (dismissed != null) {
            dismissed.close();
        }
        changed.signalAll();
    }

    /**
     * Other settings.
     *
     * @param enabled whether the log is to be followed
     */
    void reconfigure(CacheSettings newer, boolean enabled) {
        lock.lock();
        try {
            boolean anew = enabled != wanted || newer.waitsForUnflushed() != settings.waitsForUnflushed();
            settings = newer;
            wanted = enabled;
            if (anew) {
                dismiss();
            }
        } finally {
            lock.unlock();
        }
    }

    private void start() {
        if (lock.tryLock()) {
            try {
                if (thread == null && !closed) {
                    problem = "begins to follow the log";
                    thread = Thread.ofVirtual().name("cache-log").start(this::run);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private void run() {
        try {
            while (true) {
                Following following = next();
                if (following == null) {
                    return;
                }
                try {
                    following.run();
                } catch (RuntimeException e) {
                    ended(following, e);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("the cache's thread was interrupted", e);
        }
    }

    /** Waits for a primary. */
    private @Nullable Following next() throws InterruptedException {
        lock.lock();
        try {
            while (!closed && (!wanted || primary.isEmpty())) {
                problem = wanted ? "there is no primary" : "it was switched off";
                changed.await();
            }
            Backend place = primary.orElse(null);
            if (closed || place == null) {
                return null;
            }
            Following following = new Following(place, source, settings.waitsForUnflushed(), nanoClock);
            current = following;
            return following;
        } finally {
            lock.unlock();
        }
    }

    private void ended(Following following, RuntimeException why) throws InterruptedException {
        lock.lock();
        try {
            boolean expected = following.equals(dismissed);
            String text = "the log of " + following.place().node() + " cannot be followed: " + why.getMessage();
            if (!expected && !text.equals(problem)) {
                LOG.warn("{}. Nothing comes from the cache until it can", text);
            }
            problem = expected ? "begins to follow the log" : text;
            if (!expected) {
                long left = AFTER_FAILURE.toNanos();
                while (left > 0 && !following.equals(dismissed)) {
                    left = changed.awaitNanos(left);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            dismiss();
        } finally {
            lock.unlock();
        }
    }
}
