package io.howdah.gateway.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Collects the rows of an answer; a column whose name begins with # holds numbers. */
final class TableBuilder {
    private final List<Answer.Column> columns = new ArrayList<>();
    private final List<List<Optional<String>>> rows = new ArrayList<>();

    /** @param names separated by spaces */
    TableBuilder(String names) {
        for (String name : names.split(" ")) {
            columns.add(name.startsWith("#") ? Answer.Column.number(name.substring(1)) : Answer.Column.text(name));
        }
    }

    /** @param values one for each column; an empty Optional is NULL */
    TableBuilder row(Object... values) {
        if (values.length != columns.size()) {
            throw new IllegalArgumentException(
                    values.length + " values for the " + columns.size() + " columns " + columns);
        }
        List<Optional<String>> row = new ArrayList<>();
        for (Object value : values) {
            row.add(value instanceof Optional<?> maybe ? maybe.map(Object::toString) : Optional.of(value.toString()));
        }
        rows.add(List.copyOf(row));
        return this;
    }

    Answer answer() {
        return Answer.rows(columns, rows);
    }
}
