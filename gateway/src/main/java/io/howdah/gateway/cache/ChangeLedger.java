package io.howdah.gateway.cache;

import io.howdah.gateway.cache.Catalog.Contents;
import io.howdah.postgres.wal.RelationFile;
import io.howdah.postgres.wal.TransactionEnd;
import io.howdah.postgres.wal.WalSink;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The books of one stream of the log: which transaction has changed what, and since when everybody sees it. A commit is in the log before
 * others see it, much before when it waits for its quorum; until a snapshot shows it as ended nothing that it has changed may enter the
 * cache. What the log does not tell counts as a change of all definitions.
 *
 * <p>Decides only; guarded by the lock of its {@link ChangeWatch}.
 */
final class ChangeLedger implements WalSink {
    /** More transactions and subtransactions than this are not followed. */
    private static final int MOST_RUNNING = 100_000;

    private static final Contents UNKNOWN = new Contents.Definitions();

    /** A database and since when its changes are noted. */
    private static final class Watched {
        private final WatchedDatabase database;
        /** Transactions before this may have changed something unnoticed; null: all. */
        private @Nullable Integer firstWhole;
        /** So many changes of definitions were there when the catalogs were last asked for, and how many wait for the next time. */
        private int waiting = 1;

        Watched(WatchedDatabase database) {
            this.database = database;
        }

        boolean mayHaveMissed(int transaction) {
            return firstWhole == null || Snapshot.isBefore(transaction, firstWhole);
        }
    }

    /** What a transaction has changed. */
    private static final class Changes {
        private final Set<ChangeMark> tables = new HashSet<>(4);
        private final Set<Watched> definitions = new HashSet<>(2);

        void add(Changes other) {
            tables.addAll(other.tables);
            definitions.addAll(other.definitions);
        }

        boolean isEmpty() {
            return tables.isEmpty() && definitions.isEmpty();
        }
    }

    private record Committed(int transaction, Changes changes) {}

    private final Map<Integer, Watched> databases = new HashMap<>();
    private final Map<Integer, Changes> running = new HashMap<>();
    private final List<Committed> unseen = new ArrayList<>();
    private int lastTransaction;
    private @Nullable RelationFile lastFile;

    /** From here on its changes are noted. */
    void watch(int databaseId, WatchedDatabase database) {
        databases.put(databaseId, new Watched(database));
        lastFile = null;
    }

    /**
     * A snapshot that was taken after {@link #watch}: what began after it was noted from its beginning. The commits of those that run may
     * have been in the log before, and may be seen at any time from now on.
     */
    void whole(int databaseId, Snapshot snapshot) {
        Watched watched = databases.get(databaseId);
        if (watched != null) {
            watched.firstWhole = snapshot.next();
            for (int transaction : snapshot.running()) {
                Changes unknown = new Changes();
                unknown.definitions.add(watched);
                watched.database.definitions().changed();
                unseen.add(new Committed(transaction, unknown));
            }
        }
    }

    // ---- the log

    @Override
    public void changed(int transaction, int tablespace, int database, int number) {
        RelationFile last = lastFile;
        if (last != null
                && transaction == lastTransaction
                && number == last.number()
                && database == last.database()
                && tablespace == last.tablespace()) {
            return;
        }
        RelationFile file = new RelationFile(tablespace, database, number);
        lastFile = file;
        lastTransaction = transaction;
        if (database == 0) {
            databases.values().forEach(watched -> changed(transaction, watched, file));
        } else {
            Watched watched = databases.get(database);
            if (watched != null) {
                changed(transaction, watched, file);
            }
        }
    }

    private void changed(int transaction, Watched watched, RelationFile file) {
        Contents contents = watched.database
                .catalog()
                .flatMap(known -> known.contents(file))
                .orElse(UNKNOWN);
        switch (contents) {
            case Contents.Table(int id) -> changes(transaction).tables.add(watched.database.table(id));
            case Contents.Definitions() -> changes(transaction).definitions.add(watched);
            case Contents.Irrelevant() -> {}
        }
    }

    @Override
    public void changedUnknown(int transaction) {
        databases.values().forEach(watched -> changes(transaction).definitions.add(watched));
        if (transaction == 0 && !databases.isEmpty()) {
            ended(new TransactionEnd(0, List.of(), true));
        }
    }

    private Changes changes(int transaction) {
        if (running.size() >= MOST_RUNNING) {
            throw new IllegalStateException(
                    "more than " + MOST_RUNNING + " transactions and subtransactions with changes are open");
        }
        return running.computeIfAbsent(transaction, _ -> new Changes());
    }

    @Override
    public void ended(TransactionEnd end) {
        lastFile = null;
        Changes all = new Changes();
        take(end.transaction(), all);
        end.subtransactions().forEach(each -> take(each, all));
        if (!end.committed() || databases.isEmpty()) {
            return;
        }
        for (Watched watched : databases.values()) {
            boolean missed = watched.mayHaveMissed(end.transaction())
                    || end.subtransactions().stream().anyMatch(watched::mayHaveMissed);
            if (missed) {
                all.definitions.add(watched);
            }
        }
        if (!all.isEmpty()) {
            all.tables.forEach(ChangeMark::changed);
            all.definitions.forEach(watched -> watched.database.definitions().changed());
            unseen.add(new Committed(end.transaction(), all));
        }
    }

    private void take(int transaction, Changes into) {
        Changes found = running.remove(transaction);
        if (found != null) {
            into.add(found);
        }
    }

    // ---- what others see

    /** Commits that the log has told of, and others may not see yet. */
    boolean hasUnseen() {
        return !unseen.isEmpty();
    }

    /** Takes note of which transactions everybody sees. */
    void seen(Snapshot snapshot) {
        Iterator<Committed> all = unseen.iterator();
        while (all.hasNext()) {
            Committed each = all.next();
            if (each.transaction == 0 || snapshot.hasEnded(each.transaction)) {
                all.remove();
                each.changes.tables.forEach(mark -> mark.settled(1));
                each.changes.definitions.forEach(watched -> watched.waiting++);
            }
        }
    }

    /** The databases whose catalogs should be read, with the number of changes that will be known then. */
    Map<WatchedDatabase, Integer> unread() {
        Map<WatchedDatabase, Integer> due = new HashMap<>();
        for (Watched watched : databases.values()) {
            if (watched.waiting > 0 && watched.firstWhole != null) {
                due.put(watched.database, watched.waiting);
            }
        }
        return due;
    }

    /**
     * Catalogs were read after that many changes were due. Throws when they are another database's: the one that was watched has been
     * dropped or renamed, and one that nobody has watched has its name now.
     */
    void read(WatchedDatabase database, int changes, Catalog catalog) {
        databases.forEach((id, watched) -> {
            if (watched.database.equals(database)) {
                if (id != catalog.database()) {
                    throw new IllegalStateException("database \"" + database.name() + "\" is another one than before");
                }
                database.catalog(catalog);
                watched.waiting -= changes;
                database.definitions().settled(changes);
                lastFile = null;
            }
        });
    }

    Collection<WatchedDatabase> databases() {
        return databases.values().stream().map(watched -> watched.database).toList();
    }
}
