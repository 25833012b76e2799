package io.howdah.testkit.cluster;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients that insert unique ids one by one, each on a connection that it keeps, and write down every acknowledgement. A
 * client that gets an error notes it, connects again and goes on with a new id.
 */
public final class Writers implements AutoCloseable {
    private static final String TABLE = "howdah_ledger";

    private final String jdbcUri;
    private final Ledger ledger = new Ledger();
    private final AtomicLong nextId = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    private Writers(String jdbcUri) {
        this.jdbcUri = jdbcUri;
    }

    /** Creates the table and starts the clients; returns when each has written a row. */
    public static Writers start(String dsn, int count) throws SQLException {
        Writers writers = new Writers(JdbcUri.of(dsn));
        try (Connection connection = DriverManager.getConnection(writers.jdbcUri);
                Statement statement = connection.createStatement()) {
            statement.execute("create table if not exists " + TABLE + " (id bigint primary key)");
            statement.execute("truncate " + TABLE);
        }
        for (int i = 0; i < count; i++) {
            writers.threads.add(Thread.ofPlatform().daemon().name("writer-" + i).start(writers::run));
        }
        while (writers.ledger.count() < count) {
            Thread.onSpinWait();
        }
        return writers;
    }

    public Ledger ledger() {
        return ledger;
    }

    /** Stops the clients and waits for the statement that each has in flight. */
    public void stop() {
        stopped = true;
        for (Thread thread : threads) {
            join(thread);
        }
    }

    @Override
    public void close() {
        stop();
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!stopped) {
            try (Connection connection = DriverManager.getConnection(jdbcUri);
                    PreparedStatement insert =
                            connection.prepareStatement("insert into " + TABLE + " (id) values (?)")) {
                insertUntilStopped(insert);
            } catch (SQLException e) {
                ledger.failed(e.getSQLState() + ": " + e.getMessage());
            }
        }
    }

    private void insertUntilStopped(PreparedStatement insert) throws SQLException {
        while (!stopped) {
            long id = nextId.incrementAndGet();
            insert.setLong(1, id);
            insert.executeUpdate();
            ledger.acknowledged(id, System.nanoTime());
        }
    }
}
