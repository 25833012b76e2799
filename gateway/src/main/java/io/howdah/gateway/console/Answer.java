package io.howdah.gateway.console;

import java.util.List;
import java.util.Optional;

/**
 * What a command answers.
 *
 * @param columns empty when the command returns no rows
 * @param rows each with a value for every column; an empty value is NULL
 * @param notice for a person, empty for none
 */
record Answer(String tag, List<Column> columns, List<List<Optional<String>>> rows, String notice) {
    Answer {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
    }

    /** A column; its type is what drivers are told. */
    record Column(String name, Type type) {
        static Column text(String name) {
            return new Column(name, Type.TEXT);
        }

        static Column number(String name) {
            return new Column(name, Type.NUMBER);
        }
    }

    enum Type {
        TEXT(25, -1),
        NUMBER(20, 8);

        private final int oid;
        private final int size;

        Type(int oid, int size) {
            this.oid = oid;
            this.size = size;
        }

        int oid() {
            return oid;
        }

        int size() {
            return size;
        }
    }

    static Answer done(String tag) {
        return new Answer(tag, List.of(), List.of(), "");
    }

    static Answer rows(List<Column> columns, List<List<Optional<String>>> rows) {
        return new Answer("SHOW", columns, rows, "");
    }
}
