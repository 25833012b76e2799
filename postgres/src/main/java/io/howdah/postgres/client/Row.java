package io.howdah.postgres.client;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/** One row of a result in text format. Columns are found by name, the first of that name counting. */
public record Row(List<String> columns, List<Optional<String>> values) {
    /** The value of a column, empty for SQL NULL; throws when there is no such column. */
    public Optional<String> find(String column) {
        int index = columns.indexOf(column);
        if (index < 0) {
            throw new NoSuchElementException("no column '%s' in %s".formatted(column, columns));
        }
        return values.get(index);
    }

    /** The value of a column that is not NULL. */
    public String text(String column) {
        return find(column).orElseThrow(() -> new NoSuchElementException("column '%s' is NULL".formatted(column)));
    }

    public int integer(String column) {
        return Integer.parseInt(text(column));
    }

    public long number(String column) {
        return Long.parseLong(text(column));
    }

    public boolean flag(String column) {
        return text(column).equals("t");
    }
}
