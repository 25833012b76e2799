package io.howdah.postgres.client;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One blocking connection. */
public final class PostgresClient implements AutoCloseable {
    private PostgresClient() {}
    /** Connects and logs in. */
    public static PostgresClient connect(ConnectOptions options) {
        return io.howdah.postgres.wire.Pending.value();
    }

    /** Runs SQL by the simple protocol; the rows of the last result. */
    public List<Row> query(String sql) {
        return io.howdah.postgres.wire.Pending.value();
    }

    /** Runs one statement with parameters in text format. */
    public List<Row> query(String sql, List<Optional<String>> parameters) {
        return io.howdah.postgres.wire.Pending.value();
    }

    /** Runs SQL; the last command tag. */
    public String execute(String sql) {
        return io.howdah.postgres.wire.Pending.value();
    }

    /** Runs SQL whose answer mixes rows and copied data. */
    public void copyOut(String sql, ReplicationHandler handler) {
        io.howdah.postgres.wire.Pending.value();
    }

    /** Asks the server, over a connection of its own, to cancel what runs here; any thread. */
    public void cancel() {
        io.howdah.postgres.wire.Pending.value();
    }

    /** Process id of the backend. */
    public int backendProcessId() {
        return io.howdah.postgres.wire.Pending.value();
    }

    /** ParameterStatus as last reported. */
    public Map<String, String> parameters() {
        return io.howdah.postgres.wire.Pending.value();
    }

    /** No further use is possible. */
    public boolean isBroken() {
        return io.howdah.postgres.wire.Pending.value();
    }

    /** Blocks until the server ends the connection; returns at once when the postmaster dies. The connection serves nothing else meanwhile. */
    public void awaitEnd() {
        io.howdah.postgres.wire.Pending.value();
    }

    /** Closes; any thread. */
    @Override
    public void close() {
        io.howdah.postgres.wire.Pending.value();
    }
}
