package io.howdah.server.topology;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Small documents under keys such as {@code /clusters/local/nodes/node1}, each with a version. Writers name the version that
 * they saw, so two of them never overwrite each other unknowingly.
 *
 * <p>Safe from any thread. One suite of tests describes it and runs against every implementation.
 */
public interface TopologyStore extends AutoCloseable {
    /** The version to name for an entry that should not exist yet. */
    long ABSENT = 0;

    /**
     * @param version rises with every write to this key; an entry that was deleted and made again may start over
     * @param document JSON
     */
    record Entry(String key, String document, long version) {}

    /** What happened to a key: the entry as it is now, or empty after its deletion. */
    record Change(String key, Optional<Entry> entry) {}

    /** Ends a watch. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    Optional<Entry> get(String key);

    /** The entries whose keys begin with the prefix, in the order of their keys. */
    List<Entry> list(String prefix);

    /**
     * Writes durably and returns the new entry.
     *
     * @param expectedVersion that of the entry to replace, or {@link #ABSENT}
     * @throws VersionConflictException when the entry has another version; nothing was written
     * @throws TopologyStoreException when the store cannot be written; nothing was written
     */
    Entry put(String key, String document, long expectedVersion);

    /** @throws VersionConflictException when the entry has another version, or is gone */
    void delete(String key, long expectedVersion);

    /**
     * Calls back after each change of a key that begins with the prefix: in the order of the changes, on a thread of the
     * store's, which the listener must not hold up for long. Changes before this call are not reported.
     */
    Watch watch(String prefix, Consumer<Change> listener);

    @Override
    void close();
}
