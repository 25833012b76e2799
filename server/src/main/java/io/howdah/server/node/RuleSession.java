package io.howdah.server.node;

import io.howdah.kernel.election.Input;
import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.Rule;
import io.howdah.postgres.client.PostgresClient;
import io.howdah.postgres.process.RuleTable;
import io.howdah.postgres.wire.ErrorFields;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A connection on which one rule is written. It is opened in the background, so that logging in costs no time between a
 * promotion and its first row; a session that began on a standby may write as soon as there is none any more.
 *
 * <p>{@link #write} belongs to one thread; {@link #close} may be called from any.
 */
final class RuleSession implements AutoCloseable {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(3);

    private final AtomicReference<Optional<ErrorFields>> warning = new AtomicReference<>(Optional.empty());
    private final CompletableFuture<PostgresClient> client = new CompletableFuture<>();

    private RuleSession() {}

    /** Begins to connect; returns at once. */
    static RuleSession open(ManagedInstance instance) {
        RuleSession session = new RuleSession();
        Thread.ofVirtual().name("rule-session").start(() -> {
            try {
                session.client.complete(PostgresClient.connect(instance.options("howdah rule")
                        .withTimeouts(CONNECT_LIMIT, Duration.ZERO)
                        .withNoticeListener(notice -> session.warning.set(Optional.of(notice)))));
            } catch (RuntimeException e) {
                session.client.completeExceptionally(e);
            }
        });
        return session;
    }

    /** Returns when the commit did; that waits for other nodes, without limit. */
    Input write(ClusterId cluster, Rule rule, String reason) {
        PostgresClient connection = connected();
        new RuleTable(connection, cluster).write(rule, reason);
        Optional<ErrorFields> warned = warning.get();
        if (warned.isPresent()) {
            // A commit whose wait was cut short warns and reports success all the same.
            return new Input.RuleFailed(rule, warned.get().toString());
        }
        Lsn lsn = Lsn.parse(connection
                .query("select pg_current_wal_insert_lsn() as lsn")
                .getFirst()
                .text("lsn"));
        return new Input.RuleCommitted(rule, lsn);
    }

    private PostgresClient connected() {
        try {
            return client.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    @Override
    public void close() {
        var _ = client.thenAccept(PostgresClient::close);
    }
}
