package io.howdah.gateway.cache;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One database, as long as one stream of the log lasts. Read by all threads, changed under the {@link ChangeLedger}'s lock. */
final class WatchedDatabase {
    private final String name;
    private final ChangeMark definitions = new ChangeMark();
    private final ConcurrentHashMap<Integer, ChangeMark> tables = new ConcurrentHashMap<>();
    private volatile @Nullable Catalog catalog;
    private volatile String problem = "";

    WatchedDatabase(String name) {
        this.name = name;
        // Settled once the catalogs have been read.
        definitions.changed();
    }

    String name() {
        return name;
    }

    /** Changes with everything that may change the meaning of statements. Every answer depends on it. */
    ChangeMark definitions() {
        return definitions;
    }

    ChangeMark table(int id) {
        return tables.computeIfAbsent(id, _ -> new ChangeMark());
    }

    /** Empty until the catalogs have been read. They may be out of date: see {@link #meaning}. */
    Optional<Catalog> catalog() {
        return Optional.ofNullable(catalog);
    }

    /**
     * What statements mean at the moment.
     *
     * @param version how often the definitions had changed when that was what they meant
     */
    record Meaning(ChangeMark definitions, long version, Catalog catalog) {}

    /** Empty while it is not known for certain. */
    Optional<Meaning> meaning() {
        // In this order: catalogs that are taken before the version may be those of an earlier one.
        long version = definitions.version();
        Catalog known = definitions.isSettled() ? catalog : null;
        return known == null ? Optional.empty() : Optional.of(new Meaning(definitions, version, known));
    }

    void catalog(Catalog read) {
        catalog = read;
        problem = "";
    }

    /** Why the catalogs could not be read; empty when they could. */
    String problem() {
        return problem;
    }

    void problem(String text) {
        problem = text;
    }
}
