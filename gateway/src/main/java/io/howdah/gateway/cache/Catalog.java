package io.howdah.gateway.cache;

import io.howdah.gateway.classify.NameTable;
import io.howdah.postgres.wal.RelationFile;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the names and files of one database mean to the cache. Immutable.
 *
 * @param database the database's object id
 * @param names judges statements: a read by it calls only functions whose answers depend on their arguments and on settings, and names no
 *     relation whose changes are not in the log
 * @param tables the tables whose rows a relation's name may stand for, in whatever schema: itself, its partitions and descendants, those
 *     beneath a view. Their object ids
 * @param files whose rows are in which file
 * @param titles the names of tables, {@code schema.table}
 */
record Catalog(
        int database,
        NameTable names,
        Map<String, Set<Integer>> tables,
        Map<RelationFile, Contents> files,
        Map<Integer, String> titles) {
    Catalog {
        tables = Map.copyOf(tables);
        files = Map.copyOf(files);
        titles = Map.copyOf(titles);
    }

    /** What rows in a file are about. */
    sealed interface Contents {
        /** A table that answers may depend on. */
        record Table(int id) implements Contents {}

        /** Definitions: what statements mean, and who may execute them. */
        record Definitions() implements Contents {}

        /** Nothing that an answer in the cache depends on. */
        record Irrelevant() implements Contents {}
    }

    Optional<Contents> contents(RelationFile file) {
        return Optional.ofNullable(files.get(file));
    }
}
