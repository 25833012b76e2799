package io.howdah.gateway.cache;

import io.howdah.gateway.route.Backend;
import io.howdah.kernel.model.Lsn;
import io.howdah.postgres.client.PostgresClient;
import io.howdah.postgres.replication.ReplicationStream;
import io.howdah.postgres.wal.WalDecoder;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream of the log of one primary, from its beginning to its end. Three kinds of virtual threads: {@code log} reads the stream,
 * {@code questions} asks the server where it is and who sees what, {@code catalogs} read what names mean, one for each database. All
 * share one lock, under which nothing blocks. When one of them fails everything ends, and nothing that was cached counts any more.
 */
final class Following implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Following.class);
    private static final Duration REPORT_INTERVAL = Duration.ofSeconds(1);
    private static final Duration QUESTION_INTERVAL = Duration.ofMillis(200);
    private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(2);
    private static final Duration CATCH_UP_LIMIT = Duration.ofSeconds(2);
    private static final Duration CATALOG_RETRY = Duration.ofSeconds(5);
    /** The first page header of a segment, and those of the others. */
    private static final Set<Long> HEADER_BYTES = Set.of(40L, 24L);

    private final Backend place;
    private final LogSource source;
    private final LongSupplier nanoClock;
    private final boolean waitsForUnflushed;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition advanced = lock.newCondition();
    private final Condition wanted = lock.newCondition();
    private final ChangeLedger ledger = new ChangeLedger();
    private final Set<WatchedDatabase> reading = new HashSet<>();
    private final ConcurrentHashMap<String, WatchedDatabase> databases = new ConcurrentHashMap<>();
    private final Set<String> registered = new HashSet<>(); // the questions' thread only, as the next one
    private String configured = "";
    private Lsn decoded = Lsn.ZERO;
    private boolean demanded;
    private boolean ended;
    private Optional<RuntimeException> failure = Optional.empty();
    private @Nullable ReplicationStream stream;
    private @Nullable PostgresClient control;

    private volatile long asked;
    private volatile long answered;
    private volatile long currentAsOfNanos;
    private volatile boolean live;

    Following(Backend place, LogSource source, boolean waitsForUnflushed, LongSupplier nanoClock) {
        this.place = place;
        this.source = source;
        this.waitsForUnflushed = waitsForUnflushed;
        this.nanoClock = nanoClock;
        this.currentAsOfNanos = nanoClock.getAsLong();
    }

    Backend place() {
        return place;
    }

    // ---- for all threads; nothing blocks

    /** Whether everything that was committed so long ago is known. */
    boolean isCurrent(Duration limit) {
        return live && nanoClock.getAsLong() - currentAsOfNanos <= limit.toNanos();
    }

    /** Marks this moment. */
    long mark() {
        return asked;
    }

    /** Whether everything that was committed before the mark is known. */
    boolean isKnown(long mark) {
        return answered > mark;
    }

    /** Somebody waits for newer news. */
    void demand() {
        if (lock.tryLock()) {
            try {
                demanded = true;
                wanted.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    WatchedDatabase database(String name) {
        WatchedDatabase known = databases.get(name);
        if (known == null) {
            known = databases.computeIfAbsent(name, WatchedDatabase::new);
            demand();
        }
        return known;
    }

    /** Those that somebody has asked for. */
    Collection<WatchedDatabase> databases() {
        return List.copyOf(databases.values());
    }

    // ---- the threads

    /** Follows until it is closed or something fails; throws what has failed. */
    void run() throws InterruptedException {
        Thread questions = null;
        try {
            PostgresClient asking = source.control(place);
            own(asking);
            LogSource.Layout layout = LogSource.layout(asking);
            if (!layout.isReadable()) {
                throw new IllegalStateException(place.node()
                        + (layout.standby() ? " is not the primary" : " has log pages of another size than 8 KiB"));
            }
            Lsn from = WalDecoder.pageStart(LogSource.position(asking).flushed());
            ReplicationStream log = source.stream(place, from);
            own(log);
            WalDecoder decoder = new WalDecoder(from, layout.segmentBytes(), ledger);
            questions = Thread.ofVirtual().name("cache-questions").start(() -> guard(() -> ask(asking)));
            follow(log, decoder);
        } finally {
            end();
            if (questions != null) {
                questions.join();
            }
        }
        throw failure.orElseGet(() -> new IllegalStateException("it was closed"));
    }

    private void own(PostgresClient opened) {
        lock.lock();
        try {
            control = opened;
            closeIfEnded();
        } finally {
            lock.unlock();
        }
    }

    private void own(ReplicationStream opened) {
        lock.lock();
        try {
            stream = opened;
            closeIfEnded();
        } finally {
            lock.unlock();
        }
    }

    private void closeIfEnded() {
        if (ended) {
            end();
            throw new IllegalStateException("it was closed");
        }
    }

    private interface Task {
        void run() throws InterruptedException;
    }

    private void guard(Task task) {
        try {
            task.run();
        } catch (InterruptedException e) {
            end();
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private void fail(RuntimeException problem) {
        lock.lock();
        try {
            if (!ended && failure.isEmpty()) {
                failure = Optional.of(problem);
            }
        } finally {
            lock.unlock();
        }
        end();
    }

    /** Nothing that was read from now on counts, and nothing that was read before. */
    private void end() {
        ReplicationStream log;
        PostgresClient asking;
        lock.lock();
        try {
            ended = true;
            live = false;
            databases.values().forEach(database -> database.definitions().changed());
            advanced.signalAll();
            wanted.signalAll();
            log = stream;
            asking = control;
        } finally {
            lock.unlock();
        }
        if (log != null) {
            log.close();
        }
        if (asking != null) {
            asking.close();
        }
    }

    @Override
    public void close() {
        end();
    }

    private void follow(ReplicationStream log, WalDecoder decoder) {
        long reportedNanos = nanoClock.getAsLong();
        try {
            while (!ended()) {
                var _ = log.receive(
                        (start, data) -> {
                            lock.lock();
                            try {
                                decoder.decode(start, data);
                                decoded = decoder.position();
                                advanced.signalAll();
                            } finally {
                                lock.unlock();
                            }
                        },
                        REPORT_INTERVAL);
                if (nanoClock.getAsLong() - reportedNanos >= REPORT_INTERVAL.toNanos()) {
                    reportedNanos = nanoClock.getAsLong();
                    log.report();
                }
            }
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private boolean ended() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    // ---- questions

    @SuppressWarnings("NonAtomicVolatileUpdate") // only this thread writes
    private void ask(PostgresClient asking) throws InterruptedException {
        while (!ended()) {
            register(asking);
            asked++;
            long since = nanoClock.getAsLong();
            LogSource.Position position = LogSource.position(asking);
            configured(position.configured());
            seen(position.snapshot());
            if (catchUp(waitsForUnflushed ? position.written() : position.flushed())) {
                answered = asked;
                currentAsOfNanos = since;
                live = true;
            }
            pause();
        }
    }

    /** Settings of the server are not in the log. */
    private void configured(String when) {
        boolean changed = !configured.isEmpty() && !configured.equals(when);
        configured = when;
        if (changed) {
            lock.lock();
            try {
                ledger.changedUnknown(0);
            } finally {
                lock.unlock();
            }
        }
    }

    private void register(PostgresClient asking) {
        for (WatchedDatabase database : databases.values()) {
            if (!registered.contains(database.name())) {
                Optional<Integer> id = LogSource.databaseId(asking, database.name());
                if (id.isEmpty()) {
                    databases.remove(database.name());
                    continue;
                }
                registered.add(database.name());
                lock.lock();
                try {
                    ledger.watch(id.get(), database);
                } finally {
                    lock.unlock();
                }
                Snapshot after = LogSource.position(asking).snapshot();
                lock.lock();
                try {
                    ledger.whole(id.get(), after);
                } finally {
                    lock.unlock();
                }
            }
        }
    }

    private void seen(Snapshot snapshot) {
        Map<WatchedDatabase, Integer> unread;
        lock.lock();
        try {
            ledger.seen(snapshot);
            unread = ledger.unread();
            unread.keySet().removeAll(reading);
            reading.addAll(unread.keySet());
        } finally {
            lock.unlock();
        }
        unread.forEach((database, changes) -> Thread.ofVirtual()
                .name("catalogs-of-" + database.name())
                .start(() -> guard(() -> readCatalog(database, changes))));
    }

    private void readCatalog(WatchedDatabase database, int changes) throws InterruptedException {
        Optional<Catalog> catalog = catalog(database);
        if (catalog.isEmpty()) {
            TimeUnit.NANOSECONDS.sleep(CATALOG_RETRY.toNanos());
        }
        lock.lock();
        try {
            reading.remove(database);
            catalog.ifPresent(read -> ledger.read(database, changes, read));
        } finally {
            lock.unlock();
        }
    }

    private Optional<Catalog> catalog(WatchedDatabase database) {
        try {
            return Optional.of(source.catalog(place, database.name()));
        } catch (RuntimeException e) {
            if (database.problem().isEmpty()) {
                LOG.warn(
                        "nothing of database \"{}\" is cached, because its catalogs cannot be read: {}",
                        database.name(),
                        e.getMessage());
            }
            database.problem(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** Waits until everything before a position is decoded. Says whether it is. */
    private boolean catchUp(Lsn position) throws InterruptedException {
        // At the beginning of a page that is not begun the server names the place after its header.
        long inPage = position.value() - WalDecoder.pageStart(position).value();
        Lsn needed = HEADER_BYTES.contains(inPage) ? WalDecoder.pageStart(position) : position;
        long left = CATCH_UP_LIMIT.toNanos();
        lock.lock();
        try {
            while (decoded.isBefore(needed) && !ended && left > 0) {
                left = advanced.awaitNanos(left);
            }
            return !ended && !decoded.isBefore(needed);
        } finally {
            lock.unlock();
        }
    }

    private void pause() throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(SHORTEST_INTERVAL.toNanos());
        long left = QUESTION_INTERVAL.toNanos();
        lock.lock();
        try {
            while (!demanded && !ended && left > 0) {
                left = wanted.awaitNanos(left);
            }
            demanded = false;
        } finally {
            lock.unlock();
        }
    }
}
