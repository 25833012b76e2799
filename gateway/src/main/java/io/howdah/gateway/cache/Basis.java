package io.howdah.gateway.cache;

import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/** What an answer depends on, as it was before the question was asked. Immutable. */
final class Basis {
    private final ChangeMark[] marks;
    private final long[] versions;

    private Basis(ChangeMark[] marks, long[] versions) {
        this.marks = marks;
        this.versions = versions;
    }

    /**
     * Takes it down; empty when a server might still answer with what was before the last change of a table.
     *
     * @param meaning by which the tables were found
     */
    static Optional<Basis> of(WatchedDatabase.Meaning meaning, Collection<ChangeMark> tables) {
        ChangeMark[] marks = new ChangeMark[tables.size() + 1];
        long[] versions = new long[marks.length];
        marks[0] = meaning.definitions();
        versions[0] = meaning.version();
        int index = 0;
        for (ChangeMark table : tables) {
            index++;
            marks[index] = table;
            // In this order, see ChangeMark.changed.
            versions[index] = table.version();
            if (!table.isSettled()) {
                return Optional.empty();
            }
        }
        return Optional.of(new Basis(marks, versions));
    }

    /** Nothing of it has changed since. */
    boolean holds() {
        for (int index = 0; index < marks.length; index++) {
            if (marks[index].version() != versions[index]) {
                return false;
            }
        }
        return true;
    }

    boolean dependsOnAny(Set<ChangeMark> others) {
        return Arrays.stream(marks).anyMatch(others::contains);
    }

    /** An estimate of its size in memory. */
    int bytes() {
        return 48 + marks.length * 16;
    }
}
