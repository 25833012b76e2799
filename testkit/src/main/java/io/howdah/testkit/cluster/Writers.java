package io.howdah.testkit.cluster;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/**
 * Clients that insert unique ids one by one, each on a connection that it keeps, and write down every acknowledgement. A
 * client that gets an error notes it, connects again and goes on with a new id.
 */
public final class Writers implements AutoCloseable {
    private static final String TABLE = "howdah_ledger";

    private final List<String> jdbcUris;
    private final Ledger ledger = new Ledger();
    private final AtomicLong nextId = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    private Writers(List<String> jdbcUris) {
        this.jdbcUris = List.copyOf(jdbcUris);
    }

    /** Creates the table and starts the clients; returns when each has written a row. */
    public static Writers start(String dsn, int count) throws SQLException {
        return start(List.of(dsn), count);
    }

    /** As {@link #start(String, int)}, the clients spread over several endpoints. */
    public static Writers start(List<String> dsns, int count) throws SQLException {
        Writers writers = new Writers(dsns.stream().map(JdbcUri::of).toList());
        try (Connection connection = DriverManager.getConnection(writers.jdbcUris.getFirst());
                Statement statement = connection.createStatement()) {
            statement.execute("create table if not exists " + TABLE + " (id bigint primary key)");
            statement.execute("truncate " + TABLE);
        }
        for (int i = 0; i < count; i++) {
            String jdbcUri = writers.jdbcUris.get(i % writers.jdbcUris.size());
            writers.threads.add(Thread.ofPlatform().daemon().name("writer-" + i).start(() -> writers.run(jdbcUri)));
        }
        Awaitility.await("the writers write")
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> writers.ledger.count() >= count);
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

    /** Tells the clients to stop and does not wait for them. */
    public void abandon() {
        stopped = true;
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

    private void run(String jdbcUri) {
        while (!stopped) {
            try (Connection connection = DriverManager.getConnection(jdbcUri);
                    PreparedStatement insert =
                            connection.prepareStatement("insert into " + TABLE + " (id) values (?)")) {
                insertUntilStopped(insert);
            } catch (SQLException e) {
                ledger.failed(e.getSQLState() + ": " + e.getMessage());
                breathe();
            }
        }
    }

    /** A client that is refused at once must not keep a processor busy with asking. */
    private static void breathe() {
        try {
            Thread.sleep(10);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void insertUntilStopped(PreparedStatement insert) throws SQLException {
        while (!stopped) {
            long id = nextId.incrementAndGet();
            insert.setLong(1, id);
            long sentNanos = System.nanoTime();
            insert.executeUpdate();
            ledger.acknowledged(id, sentNanos, System.nanoTime());
        }
    }
}
