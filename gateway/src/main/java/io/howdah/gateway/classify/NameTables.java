package io.howdah.gateway.classify;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the gateway knows of each database's names. Safe on every thread; never blocks its callers: as long as a database is not known,
 * and when what is known is too old, its statements are judged by keywords alone and so none is led to a replica.
 */
public final class NameTables {
    private static final Logger LOG = LoggerFactory.getLogger(NameTables.class);
    private static final Duration FRESH = Duration.ofSeconds(60);
    private static final Duration USABLE = Duration.ofMinutes(5);
    /** Neither failures nor a burst of DDL make it ask more often. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final NameSource source;
    private final Executor blocking;
    private final LongSupplier nanoClock;
    private final ConcurrentHashMap<String, Database> databases = new ConcurrentHashMap<>();

    /**
     * @param blocking runs the questions, each for as long as a server needs to answer
     * @param nanoClock as System.nanoTime
     */
    public NameTables(NameSource source, Executor blocking, LongSupplier nanoClock) {
        this.source = source;
        this.blocking = blocking;
        this.nanoClock = nanoClock;
    }

    /** Never knows anything: no statement is led to a replica. */
    public static NameTables none() {
        return new NameTables(_ -> NameTable.KEYWORDS, task -> {}, () -> 0);
    }

    /** What is known at this moment. */
    public NameTable current(String database) {
        return database(database).current();
    }

    /** Something was created, replaced or dropped. */
    public void changed(String database) {
        database(database).stale = true;
    }

    private Database database(String name) {
        Database known = databases.get(name);
        return known == null ? databases.computeIfAbsent(name, Database::new) : known;
    }

    private record Known(NameTable table, long sinceNanos) {}

    private final class Database {
        private final String name;
        private final AtomicBoolean asking = new AtomicBoolean();
        private volatile Known known;
        private volatile long askedNanos;
        private volatile boolean stale = true;
        private volatile boolean failing;

        Database(String name) {
            this.name = name;
            long now = nanoClock.getAsLong();
            this.known = new Known(NameTable.KEYWORDS, now - USABLE.toNanos() - 1);
            this.askedNanos = now - PAUSE.toNanos();
        }

        NameTable current() {
            Known now = known;
            long ageNanos = nanoClock.getAsLong() - now.sinceNanos;
            if ((stale || ageNanos > FRESH.toNanos())
                    && nanoClock.getAsLong() - askedNanos >= PAUSE.toNanos()
                    && asking.compareAndSet(false, true)) {
                askedNanos = nanoClock.getAsLong();
                blocking.execute(this::ask);
            }
            return ageNanos > USABLE.toNanos() ? NameTable.KEYWORDS : now.table;
        }

        private void ask() {
            try {
                stale = false;
                long since = nanoClock.getAsLong();
                NameTable table = source.fetch(name);
                known = new Known(table, since);
                if (!table.isComplete()) {
                    LOG.warn(
                            "database \"{}\" has casts with volatile functions: none of its statements goes to a"
                                    + " replica on the port \"auto\"",
                            name);
                }
                failing = false;
            } catch (RuntimeException e) {
                stale = true;
                if (!failing) {
                    LOG.warn(
                            "the functions of database \"{}\" are not known, its reads stay on the primary: {}",
                            name,
                            e.getMessage());
                }
                failing = true;
            } finally {
                asking.set(false);
            }
        }
    }
}
