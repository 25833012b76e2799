package io.howdah.postgres.client;

import io.howdah.postgres.wire.ErrorFields;
import io.howdah.postgres.wire.ProtocolException;
import io.howdah.postgres.wire.RowDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What one command answered so far. */
final class Collector {
    final Optional<ReplicationHandler> handler;
    final boolean awaitsBoth;
    private final Consumer<Row> sink;
    private List<String> columns = List.of();
    private List<Row> rows = new ArrayList<>();
    private String tag = "";
    Optional<ErrorFields> error = Optional.empty();

    Collector(Optional<ReplicationHandler> handler) {
        this(handler, false);
    }

    private Collector(Optional<ReplicationHandler> handler, boolean awaitsBoth) {
        this.awaitsBoth = awaitsBoth;
        this.handler = handler;
        this.sink = handler.<Consumer<Row>>map(h -> h::row).orElse(row -> rows.add(row));
    }

    static Collector silent() {
        return new Collector(Optional.empty());
    }

    /** For a command that is answered once both sides may copy. */
    static Collector untilBoth() {
        return new Collector(Optional.empty(), true);
    }

    void begin(RowDescription description) {
        columns =
                description.columns().stream().map(RowDescription.Column::name).toList();
        rows = new ArrayList<>();
    }

    void row(List<Optional<String>> values) {
        if (values.size() != columns.size()) {
            throw new ProtocolException(
                    "row of %d columns where %d were announced".formatted(values.size(), columns.size()));
        }
        sink.accept(new Row(columns, values));
    }

    void complete(String commandTag) {
        tag = commandTag;
    }

    void fail(ErrorFields fields) {
        if (error.isEmpty()) {
            error = Optional.of(fields);
        }
    }

    List<Row> rows() {
        return List.copyOf(rows);
    }

    String tag() {
        return tag;
    }
}
