package io.howdah.testkit.scenario;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A client whose last statement may take for ever; tells whether it has been answered and how. Thread-safe. */
final class Attempt implements AutoCloseable {
    /** How the server answered. */
    sealed interface Answer {}

    record Success() implements Answer {}

    record Failure(String sqlState, String message) implements Answer {}

    private final Connection connection;
    private final Statement statement;
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();

    private Attempt(Connection connection) throws SQLException {
        this.connection = connection;
        this.statement = connection.createStatement();
    }

    /** Runs the preparations here, then the last statement in the background. */
    static Attempt begin(String uri, String... statements) throws SQLException {
        Attempt attempt = new Attempt(DriverManager.getConnection(uri));
        for (int i = 0; i < statements.length - 1; i++) {
            attempt.statement.execute(statements[i]);
        }
        Thread.ofPlatform().daemon().name("attempt").start(() -> attempt.run(statements[statements.length - 1]));
        return attempt;
    }

    private void run(String sql) {
        try {
            statement.execute(sql);
            answer.complete(new Success());
        } catch (SQLException e) {
            answer.complete(new Failure(String.valueOf(e.getSQLState()), String.valueOf(e.getMessage())));
        }
    }

    /** What a person's Ctrl-C does. */
    void cancel() throws SQLException {
        statement.cancel();
    }

    boolean isSuccess() {
        return answer.getNow(new Failure("", "no answer yet")) instanceof Success;
    }

    /** The answer, if there is one in time. */
    Optional<Answer> awaitAnswer(Duration limit) {
        try {
            @Nullable Answer given = answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return Optional.ofNullable(given);
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
