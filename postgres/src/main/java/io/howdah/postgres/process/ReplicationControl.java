package io.howdah.postgres.process;

import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.TimelineId;
import io.howdah.postgres.client.PostgresClient;
import io.howdah.postgres.client.Row;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns the knobs of replication on a running server and reads how far it has come. Uses one connection of a superuser;
 * belongs to one thread at a time.
 */
public final class ReplicationControl {
    private static final Duration INTERVAL = Duration.ofMillis(2);
    private static final Duration REPOINT_TIMEOUT = Duration.ofSeconds(10);

    /** The startup process found the end of the local log and sleeps until it tries again to get more. */
    private static final String AT_END_OF_LOCAL_LOG = "RecoveryRetrieveRetryInterval";

    /** Waits until a commit is old enough to be replayed; deals with signals before it waits on. */
    private static final String DELAYED = "RecoveryApplyDelay";

    /** The startup process has read the local log to its end and waits for a receiver to bring more. */
    private static final String AT_END_OF_STREAM = "RecoveryWalStream";

    private static final long NO_PROCESS = 0;

    private static final String RECOVERY_QUERY = """
            SELECT current_setting('primary_conninfo') AS upstream,
                   pg_is_in_recovery() AS standby,
                   coalesce((SELECT pid FROM pg_stat_activity WHERE backend_type = 'walreceiver'), 0) AS receiver_pid,
                   coalesce((SELECT wait_event FROM pg_stat_activity WHERE backend_type = 'startup'), '') AS wait,
                   coalesce((SELECT pid FROM pg_stat_activity WHERE backend_type = 'startup'), 0) AS startup_pid,
                   pg_last_wal_receive_lsn() AS received,
                   pg_last_wal_replay_lsn() AS replayed""";

    private static final String PRIMARY_QUERY = """
            SELECT pg_current_wal_flush_lsn() AS flushed,
                   pg_walfile_name(pg_current_wal_insert_lsn()) AS segment""";

    private final PostgresProcess process;
    private final DataDirectory data;
    private final ServerConfiguration configuration;
    private final PostgresClient client;

    public ReplicationControl(
            PostgresProcess process, DataDirectory data, ServerConfiguration configuration, PostgresClient client) {
        this.process = process;
        this.data = data;
        this.configuration = configuration;
        this.client = client;
    }

    private record Recovery(
            String upstream,
            boolean standby,
            long receiverPid,
            String waitEvent,
            long startupPid,
            Optional<Lsn> received,
            Lsn replayed) {
        Lsn reach() {
            return received.map(lsn -> Lsn.max(lsn, replayed)).orElse(replayed);
        }
    }

    private Recovery recovery() {
        Row row = client.query(RECOVERY_QUERY).getFirst();
        return new Recovery(
                row.text("upstream"),
                row.flag("standby"),
                row.number("receiver_pid"),
                row.text("wait"),
                row.number("startup_pid"),
                row.find("received").map(Lsn::parse),
                row.find("replayed").map(Lsn::parse).orElse(Lsn.ZERO));
    }

    /**
     * Makes the standby stream from there. Returns before the connection stands. A receiver that is still there is
     * stopped first: PostgreSQL would let it go on over its old connection, under its old name, when it rests at the end
     * of a timeline.
     */
    public void follow(Upstream upstream) {
        if (recovery().receiverPid() != NO_PROCESS) {
            stopReceiver(REPOINT_TIMEOUT);
        }
        configuration.writeReplication(configuration.replication().withUpstream(Optional.of(upstream)));
        process.reload();
    }

    /**
     * Stops streaming and answers when no acknowledgement can leave this server any more: the receiver is gone, and the
     * startup process, which alone can start another, has taken note of the empty setting.
     *
     * <p>The proof of the latter: the signal was sent to it no later than to this session, which already shows the
     * empty setting; it is no longer pending in the kernel; and in two samples after that the process either sleeps at
     * the end of the local log, which it does only after it has dealt with signals, or replays, and it deals with
     * signals before each record.
     *
     * <p>A receiver that rests because its upstream has no more of the timeline is not ended by the setting alone
     * (PostgreSQL 15: StartupRequestWalReceiverRestart looks only at a source that streams), so any that outlives the
     * first sample is sent the signal that the startup process itself would use.
     */
    public void stopReceiver(Duration timeout) {
        configuration.writeReplication(configuration.replication().withUpstream(Optional.empty()));
        process.reload();
        SettledCheck check = new SettledCheck(process);
        if (!Waiting.until(timeout, INTERVAL, () -> check.isSettled(recovery()))) {
            throw new PostgresProcessException("the receiver still runs %d ms after it was told to stop: %s"
                    .formatted(timeout.toMillis(), recovery()));
        }
    }

    /** Compares consecutive samples for {@link #stopReceiver}. */
    private static final class SettledCheck {
        private final PostgresProcess process;
        private Optional<Lsn> replayedBefore = Optional.empty();
        private long receiverSeen = NO_PROCESS;

        SettledCheck(PostgresProcess process) {
            this.process = process;
        }

        boolean isSettled(Recovery now) {
            if (!now.standby()) {
                return true;
            }
            if (now.upstream().isEmpty() && now.receiverPid() != NO_PROCESS) {
                if (now.receiverPid() == receiverSeen) {
                    process.terminateChild(receiverSeen);
                }
                receiverSeen = now.receiverPid();
            }
            boolean quiet = now.upstream().isEmpty()
                    && now.receiverPid() == NO_PROCESS
                    && !PendingSignals.hasHangup(now.startupPid());
            if (!quiet) {
                replayedBefore = Optional.empty();
                return false;
            }
            Optional<Lsn> before = replayedBefore;
            replayedBefore = Optional.of(now.replayed());
            boolean passedSignalCheck = now.waitEvent().equals(AT_END_OF_LOCAL_LOG)
                    || now.waitEvent().equals(DELAYED)
                    || before.filter(lsn -> now.replayed().isAfter(lsn)).isPresent();
            return before.isPresent() && passedSignalCheck;
        }
    }

    /**
     * How far the durable log reaches.
     *
     * <p>On a standby: the greater of what the receiver flushed and what was replayed. After a restart nothing has been
     * received and the local log still has to be read, so then the answer waits until the startup process has found its
     * end; what was received and not yet replayed would be missed otherwise. On a primary: what was flushed.
     */
    public Position position(Duration timeout) {
        EndOfLogCheck check = new EndOfLogCheck();
        if (!Waiting.until(timeout, INTERVAL, () -> check.isAtEnd(recovery()))) {
            throw new PostgresProcessException(
                    "the local log was not read to its end within %d ms: %s".formatted(timeout.toMillis(), recovery()));
        }
        return check.standby().map(this::standbyPosition).orElseGet(this::primaryPosition);
    }

    /** Compares consecutive samples for {@link #position}. */
    private static final class EndOfLogCheck {
        private Optional<Recovery> last = Optional.empty();

        boolean isAtEnd(Recovery now) {
            Optional<Recovery> before = last;
            last = Optional.of(now);
            if (!now.standby() || now.received().isPresent()) {
                return true;
            }
            boolean waits = now.waitEvent().equals(AT_END_OF_LOCAL_LOG)
                    || now.waitEvent().equals(AT_END_OF_STREAM);
            return waits
                    && before.filter(earlier -> earlier.replayed().equals(now.replayed()))
                            .isPresent();
        }

        Optional<Recovery> standby() {
            return last.filter(Recovery::standby);
        }
    }

    /**
     * Ends a pause of the replay and waits until all that is in the local log has been replayed, so that a query sees the
     * newest rows; true at once on a primary.
     *
     * @return false when replay is still behind after the given time: delayed on purpose, or held up by a reader
     */
    public boolean awaitReplay(Duration timeout) {
        if (!recovery().standby()) {
            return true;
        }
        client.query("SELECT pg_wal_replay_resume() WHERE pg_is_wal_replay_paused()");
        ReplayedCheck check = new ReplayedCheck();
        return Waiting.until(timeout, INTERVAL, () -> check.isDone(recovery()));
    }

    /** The log may end within a record, which is never replayed: resting at its end in two samples counts as well. */
    private static final class ReplayedCheck {
        private Optional<Recovery> last = Optional.empty();

        boolean isDone(Recovery now) {
            Optional<Recovery> before = last;
            last = Optional.of(now);
            boolean rests = now.waitEvent().equals(AT_END_OF_LOCAL_LOG)
                    && before.filter(earlier -> earlier.replayed().equals(now.replayed()))
                            .isPresent();
            return rests || !now.replayed().isBefore(now.reach());
        }
    }

    private Position standbyPosition(Recovery recovery) {
        Lsn end = recovery.reach();
        return new Position(data.lastTimelineAt(end), end);
    }

    private Position primaryPosition() {
        Row row = client.query(PRIMARY_QUERY).getFirst();
        TimelineId timeline =
                new TimelineId(Integer.parseInt(row.text("segment").substring(0, 8), 16));
        return new Position(timeline, Lsn.parse(row.text("flushed")));
    }

    /**
     * Ends a pause of replay that somebody asked for; returns whether there was one. A node whose voice is wanted cannot
     * stay paused: it could not tell how far it has come, nor lead.
     */
    public boolean resumeReplay() {
        return !client.query(
                        "SELECT pg_wal_replay_resume()::text AS resumed WHERE pg_is_in_recovery() AND pg_is_wal_replay_paused()")
                .isEmpty();
    }

    /** How far a standby has replayed. */
    public Lsn replayed() {
        return recovery().replayed();
    }

    public boolean inRecovery() {
        return client.query("SELECT pg_is_in_recovery() AS standby").getFirst().flag("standby");
    }

    /** Whether a receiver has a stream now. */
    public boolean isStreaming() {
        return !client.query("SELECT 1 FROM pg_stat_wal_receiver WHERE status = 'streaming'")
                .isEmpty();
    }

    /**
     * Changes whom commits wait for and answers when this session sees the change. Other sessions see it each at their
     * own next occasion, so a change is safe only between settings whose majorities intersect.
     *
     * <p>From nobody to somebody is special: in PostgreSQL 14 to 18 commits go on without waiting until the checkpointer
     * has read the setting, which it puts off until its present checkpoint is done. The answer then comes after a
     * checkpoint that was begun later. Servers that start with {@link SynchronousStandbys#NEVER} have no such window.
     */
    public void requireConfirmation(SynchronousStandbys standbys, Duration timeout) {
        boolean wasNobody = configuration.replication().synchronousStandbys().equals(SynchronousStandbys.NOBODY);
        configuration.writeReplication(configuration.replication().withSynchronousStandbys(standbys));
        process.reload();
        String wanted = standbys.toSetting();
        boolean seen = Waiting.until(
                timeout,
                INTERVAL,
                () -> client.query("SELECT current_setting('synchronous_standby_names') AS names")
                        .getFirst()
                        .text("names")
                        .equals(wanted));
        if (!seen) {
            throw new PostgresProcessException(
                    "synchronous_standby_names is not %s %d ms after a reload; look for an error in the log:\n%s"
                            .formatted(wanted, timeout.toMillis(), process.logTail()));
        }
        if (wasNobody && !standbys.equals(SynchronousStandbys.NOBODY)) {
            client.execute("CHECKPOINT");
        }
    }

    /** The position that each connected standby has flushed, by application name; of namesakes the lowest counts. */
    public Map<String, Lsn> flushPositions() {
        List<Row> rows = client.query("SELECT application_name AS name, flush_lsn AS flushed FROM pg_stat_replication"
                + " WHERE flush_lsn IS NOT NULL");
        Map<String, Lsn> positions = new HashMap<>();
        for (Row row : rows) {
            positions.merge(
                    row.text("name"),
                    Lsn.parse(row.text("flushed")),
                    (first, second) -> first.isBefore(second) ? first : second);
        }
        return Map.copyOf(positions);
    }
}
