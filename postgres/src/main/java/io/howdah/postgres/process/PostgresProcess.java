package io.howdah.postgres.process;

import io.howdah.postgres.client.PostgresClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A running postmaster. Signals go only to the very process that was started or adopted: its number and start time are
 * compared before each.
 *
 * <p>Thread-safe; the methods that wait block their caller.
 */
public final class PostgresProcess {
    private static final Duration READY_INTERVAL = Duration.ofMillis(5);
    private static final Duration PROMOTION_INTERVAL = Duration.ofMillis(1);

    /** How late the end of a process is noticed that is not a child of this one. */
    private static final Duration ADOPTED_INTERVAL = Duration.ofMillis(10);

    /** PostgreSQL itself kills its children 5 s after an immediate shutdown was asked for. */
    private static final Duration IMMEDIATE_TIMEOUT = Duration.ofSeconds(6);

    private final ProcessIdentity identity;
    private final DataDirectory data;
    private final ServerLog log;
    private final CompletableFuture<Void> end;

    private PostgresProcess(ProcessIdentity identity, DataDirectory data, ServerLog log, CompletableFuture<Void> end) {
        this.identity = identity;
        this.data = data;
        this.log = log;
        this.end = end;
    }

    static PostgresProcess child(Process child, DataDirectory data, ServerLog log) {
        // A child that has already failed has no start time any more; nothing is ever sent to such a one.
        ProcessIdentity identity =
                ProcessIdentity.of(child.pid()).orElseGet(() -> new ProcessIdentity(child.pid(), -1));
        CompletableFuture<Void> end = new CompletableFuture<>();
        // Process.onExit would complete on the common pool, where anybody's blocking task delays it without limit.
        Thread.ofVirtual().name("watch-postgres-" + identity.pid()).start(() -> {
            try {
                child.waitFor();
                end.complete(null);
            } catch (InterruptedException e) {
                end.completeExceptionally(e);
            }
        });
        return new PostgresProcess(identity, data, log, end);
    }

    /** A postmaster that somebody else started; what it prints goes to its own places. */
    public static PostgresProcess foreign(ProcessIdentity identity, DataDirectory data) {
        return adopted(identity, data, new ServerLog(Path.of("/dev/null"), 0));
    }

    static PostgresProcess adopted(ProcessIdentity identity, DataDirectory data, ServerLog log) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        Thread.ofVirtual().name("watch-postgres-" + identity.pid()).start(() -> {
            while (identity.isAlive()) {
                Waiting.pause(ADOPTED_INTERVAL);
            }
            end.complete(null);
        });
        return new PostgresProcess(identity, data, log, end);
    }

    public long pid() {
        return identity.pid();
    }

    public ProcessIdentity identity() {
        return identity;
    }

    public boolean isAlive() {
        return !end.isDone() && identity.isAlive();
    }

    /**
     * Completes when the postmaster has ended: at once for a child, within 10 ms for an adopted one. A connection in
     * {@link PostgresClient#awaitEnd} notices as fast.
     */
    public CompletableFuture<Void> onExit() {
        return end.copy();
    }

    /** Waits until connections are accepted; throws with the end of the server's log when it ends or time is over. */
    public void awaitReady(Duration timeout) {
        boolean answered = Waiting.until(timeout, READY_INTERVAL, () -> !isAlive() || isReady());
        if (!isAlive()) {
            throw new PostgresProcessException("PostgreSQL does not start: "
                    + ConfigurationCheck.complaint(log.tail()).replace('\n', ' '));
        }
        if (!answered) {
            throw new PostgresProcessException("PostgreSQL accepts no connections after %d ms; its log says:\n%s"
                    .formatted(timeout.toMillis(), log.tail()));
        }
    }

    /** Whether the postmaster says that it accepts connections. */
    public boolean isReady() {
        return says(PostmasterPidFile.READY);
    }

    /**
     * Whether a shutdown has begun, by whomever. A smart one (PostgreSQL manual, 19.5) goes on until the last client
     * leaves and refuses new ones meanwhile.
     */
    public boolean isStopping() {
        return says(PostmasterPidFile.STOPPING);
    }

    private boolean says(String status) {
        return data.readPostmasterPid()
                .filter(file -> file.pid() == identity.pid() && file.status().equals(status))
                .isPresent();
    }

    /** The last lines of the server's log since the start, for explaining a failure. */
    public String logTail() {
        return log.tail();
    }

    /** Makes the server read its configuration files again; its processes do so each at its own next occasion. */
    public void reload() {
        signal(Signals.HANGUP);
    }

    /** Fast shutdown; when that takes too long, immediate; when that is ignored too, kill. */
    public StopOutcome stop(Duration fastTimeout) {
        if (!isAlive()) {
            return StopOutcome.WAS_STOPPED;
        }
        signal(Signals.INTERRUPT);
        return awaitEnd(fastTimeout) ? StopOutcome.CLEAN : stopImmediately();
    }

    /** Fast shutdown and nothing harsher; false when the time was not enough and it still goes on. */
    public boolean stopInOrder(Duration timeout) {
        signal(Signals.INTERRUPT);
        return awaitEnd(timeout);
    }

    /** Immediate shutdown: no checkpoint, the log is replayed at the next start. */
    public StopOutcome stopImmediately() {
        if (!isAlive()) {
            return StopOutcome.WAS_STOPPED;
        }
        signal(Signals.QUIT);
        if (awaitEnd(IMMEDIATE_TIMEOUT)) {
            return StopOutcome.IMMEDIATE;
        }
        signal(Signals.KILL);
        if (!awaitEnd(IMMEDIATE_TIMEOUT)) {
            throw new PostgresProcessException(
                    "process %d of PostgreSQL cannot be ended; it may hang in a disk operation".formatted(pid()));
        }
        return StopOutcome.KILLED;
    }

    /** Ends the postmaster as a crash would, for tests of crashes. */
    public void kill() {
        signal(Signals.KILL);
    }

    private boolean awaitEnd(Duration timeout) {
        try {
            end.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new PostgresProcessException("cannot watch process " + pid(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PostgresProcessException("interrupted while stopping PostgreSQL", e);
        }
    }

    /**
     * Makes the standby a primary and answers when it is out of recovery, so that the given connection can write. The
     * checkpoint that belongs to it follows in the background.
     */
    public void promote(PostgresClient client, Duration timeout) {
        client.query("SELECT pg_promote(false)");
        boolean promoted = Waiting.until(
                timeout,
                PROMOTION_INTERVAL,
                () -> !client.query("SELECT pg_is_in_recovery() AS standby")
                        .getFirst()
                        .flag("standby"));
        if (!promoted) {
            throw new PostgresProcessException(
                    "PostgreSQL is still a standby %d ms after its promotion; its log says:\n%s"
                            .formatted(timeout.toMillis(), log.tail()));
        }
    }

    /** Ends one of the server's own processes; does nothing when that number is not a child of this postmaster. */
    void terminateChild(long childPid) {
        boolean isChild = ProcessHandle.of(childPid)
                .flatMap(ProcessHandle::parent)
                .filter(parent -> parent.pid() == identity.pid())
                .isPresent();
        if (isChild && isAlive()) {
            Signals.send(childPid, Signals.TERMINATE);
        }
    }

    private void signal(int signal) {
        if (isAlive()) {
            Signals.send(identity.pid(), signal);
        }
    }
}
