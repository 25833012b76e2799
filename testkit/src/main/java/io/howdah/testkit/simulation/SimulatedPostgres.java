package io.howdah.testkit.simulation;

import io.howdah.kernel.election.PostgresState;
import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Rule;
import io.howdah.kernel.model.TimelineId;
import io.howdah.kernel.quorum.QuorumSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * PostgreSQL as far as the safety of commits depends on it: a log of records on timelines, written and then flushed;
 * streaming to standbys under an application name; commits that wait for named standbys' flush positions; a standby that
 * has diverged and connects nevertheless reports its own, higher position (measured on a real server: trap T1).
 */
final class SimulatedPostgres {
    private static final long RETRY_MICROS = 300_000;
    private static final long STREAM_TIMEOUT_MICROS = 5_000_000;
    private static final long STREAM_QUIET_MICROS = 2_000_000;

    final int index;
    final NodeId name;
    private final World world;
    private final ArrayList<LogRecord> log = new ArrayList<>();
    private final List<Connection> senders = new ArrayList<>();
    private final CommitQueue commits;
    private PostgresState state = PostgresState.EMPTY;
    private long flushed;
    private boolean flushing;
    private boolean ruleRead;
    private boolean paused;
    private int timeline = 1;
    private long incarnation;
    private Optional<Connection> receiver = Optional.empty();
    private Optional<SimulatedPostgres> conninfo = Optional.empty();
    private long conninfoTerm;
    private Runnable onChange = () -> {};
    private Runnable onAcknowledged = () -> {};
    private long diskStallUntilMicros;

    SimulatedPostgres(World world, int index, NodeId name) {
        this.world = world;
        this.index = index;
        this.name = name;
        this.commits = new CommitQueue(world.scenario.fault());
    }

    void listen(Runnable change, Runnable acknowledged) {
        onChange = change;
        onAcknowledged = acknowledged;
    }

    PostgresState state() {
        return state;
    }

    boolean isPaused() {
        return paused;
    }

    List<LogRecord> log() {
        return log;
    }

    long flushed() {
        return flushed;
    }

    boolean holds(LogRecord record) {
        return record.lsn() <= flushed && log.get((int) record.lsn() - 1) == record;
    }

    Position position() {
        return positionAt(flushed);
    }

    private Position positionAt(long lsn) {
        int last = lsn == 0 ? 1 : log.get((int) lsn - 1).timeline();
        return new Position(new TimelineId(last), new Lsn(lsn));
    }

    int timeline() {
        return timeline;
    }

    /** The newest rule in the flushed log of a standby; on a primary, the newest that is committed. */
    Optional<Rule> rule() {
        return ruleUpTo(flushed).filter(found -> state != PostgresState.PRIMARY || commits.isVisible(found));
    }

    Optional<Rule> ruleUpTo(long lsn) {
        return rowUpTo(lsn).map(row -> ((LogRecord.RuleRow) row.payload()).rule());
    }

    Optional<LogRecord> rowUpTo(long lsn) {
        for (int at = (int) Math.min(lsn, log.size()) - 1; at >= 0; at--) {
            if (log.get(at).payload() instanceof LogRecord.RuleRow) {
                return Optional.of(log.get(at));
            }
        }
        return Optional.empty();
    }

    boolean isReceiving() {
        return receiver.filter(connection ->
                        connection.open && world.schedule.nowMicros() - connection.heardMicros < STREAM_QUIET_MICROS)
                .isPresent();
    }

    Optional<Long> receiverTerm() {
        return receiver.filter(connection -> connection.open).map(connection -> connection.stampTerm);
    }

    /** Where the present timeline left its parent. */
    Position branchedAt() {
        int at = log.size();
        while (at > 0 && log.get(at - 1).timeline() == timeline) {
            at--;
        }
        return positionAt(at);
    }

    Optional<QuorumSetting> setting() {
        return commits.setting();
    }

    // ---- life and death

    void load(List<LogRecord> records) {
        log.clear();
        log.addAll(records);
        flushed = 0;
        flushAll();
        timeline = log.isEmpty() ? 1 : log.getLast().timeline();
        state = PostgresState.DOWN;
    }

    void wipe() {
        log.clear();
        flushed = 0;
        state = PostgresState.EMPTY;
    }

    void truncate(long lsn) {
        while (log.size() > lsn) {
            log.removeLast();
        }
        flushed = Math.min(flushed, log.size());
        timeline = log.isEmpty() ? 1 : log.getLast().timeline();
    }

    void startAsStandby() {
        state = PostgresState.STANDBY;
        flushAll();
        timeline = log.isEmpty() ? 1 : log.getLast().timeline();
        onChange.run();
    }

    /** The postmaster dies; what was written stays, unless the host went down with it. */
    void crash(boolean host) {
        if (host) {
            truncate(flushed + world.schedule.between(0, log.size() - flushed + 1));
        }
        if (state != PostgresState.EMPTY) {
            state = PostgresState.DOWN;
        }
        stopEverything();
    }

    /** A stop in good order: everything is flushed, and with a handover sent to whoever can be reached. */
    void stop(boolean shipping) {
        flushAll();
        if (shipping) {
            append(new LogRecord.Marker("shutdown"));
            flushAll();
            for (Connection connection : senders) {
                if (connection.open && !connection.barren && world.network.reaches(index, connection.standby.index)) {
                    connection.standby.receive(connection, log.size());
                }
            }
        }
        state = PostgresState.DOWN;
        stopEverything();
    }

    private void stopEverything() {
        incarnation++;
        paused = false;
        flushing = false;
        commits.clear();
        conninfo = Optional.empty();
        disconnect();
        for (Connection connection : List.copyOf(senders)) {
            connection.severed = true;
            world.closing(index, connection.standby.index, () -> connection.standby.streamBroke(connection));
        }
        senders.clear();
        onChange.run();
    }

    void pause(boolean stopped) {
        paused = stopped;
        if (!stopped) {
            flushSoon();
            senders.forEach(this::pump);
        }
    }

    void stallDisk(long micros) {
        diskStallUntilMicros = world.schedule.nowMicros() + micros;
    }

    long syncMicros() {
        long stall = Math.max(0, diskStallUntilMicros - world.schedule.nowMicros());
        return stall + world.schedule.between(200, 3_000);
    }

    // ---- writing

    LogRecord append(LogRecord.Payload payload) {
        LogRecord record = new LogRecord(timeline, log.size() + 1L, payload);
        log.add(record);
        return record;
    }

    /** Writes on a primary and runs done when COMMIT returns; nobody ever hears when it does not. */
    LogRecord commit(LogRecord.Payload payload, Runnable done) {
        LogRecord record = append(payload);
        commits.add(record, done);
        flushSoon();
        return record;
    }

    void flushAll() {
        flushedTo(log.size());
    }

    private void flushedTo(long lsn) {
        for (; flushed < lsn; flushed++) {
            ruleRead |= log.get((int) flushed).payload() instanceof LogRecord.RuleRow;
            world.invariants.flushed(name, log.get((int) flushed));
        }
    }

    private void flushSoon() {
        if (flushing || paused || flushed >= log.size()) {
            return;
        }
        flushing = true;
        long upTo = log.size();
        long life = incarnation;
        world.schedule.after(syncMicros(), () -> {
            if (life != incarnation) {
                return;
            }
            flushing = false;
            if (paused) {
                return;
            }
            ruleRead = false;
            flushedTo(Math.min(upTo, log.size()));
            afterFlush();
            flushSoon();
        });
    }

    private void afterFlush() {
        if (state == PostgresState.PRIMARY) {
            senders.forEach(this::pump);
            release();
        } else {
            receiver.ifPresent(this::acknowledge);
            if (ruleRead) {
                onChange.run();
            }
        }
    }

    /** The term in which it was promoted. */
    long term() {
        return commits.term();
    }

    void promote(int target, QuorumSetting quorum, long term) {
        conninfo = Optional.empty();
        disconnect();
        commits.require(quorum, term);
        state = PostgresState.PRIMARY;
        timeline = target;
        append(new LogRecord.Marker("end of recovery"));
        flushSoon();
    }

    void apply(QuorumSetting quorum) {
        commits.require(quorum);
        release();
    }

    private void release() {
        if (state == PostgresState.PRIMARY && !paused) {
            commits.release(flushed, senders);
        }
    }

    boolean counts(Connection connection) {
        return commits.counts(connection);
    }

    List<Connection> senders() {
        return senders;
    }

    // ---- streaming

    /** Sets primary_conninfo; nothing else ever makes this standby receive. */
    void follow(SimulatedPostgres upstream, long stampTerm) {
        disconnect();
        conninfo = Optional.of(upstream);
        conninfoTerm = stampTerm;
        connect(incarnation);
    }

    void followNobody() {
        conninfo = Optional.empty();
        disconnect();
    }

    private void disconnect() {
        receiver.ifPresent(connection -> {
            connection.open = false;
            connection.upstream.senders.remove(connection);
        });
        receiver = Optional.empty();
    }

    private void connect(long life) {
        if (life != incarnation || state != PostgresState.STANDBY || conninfo.isEmpty() || receiver.isPresent()) {
            return;
        }
        SimulatedPostgres upstream = conninfo.get();
        boolean possible = upstream.state == PostgresState.PRIMARY
                && !upstream.paused
                && !paused
                && world.network.reaches(index, upstream.index)
                && world.network.reaches(upstream.index, index);
        if (!possible) {
            world.schedule.after(RETRY_MICROS, () -> connect(life));
            return;
        }
        Connection connection = new Connection(this, upstream, conninfoTerm, world.schedule.nowMicros());
        connection.sent = log.size();
        receiver = Optional.of(connection);
        upstream.senders.add(connection);
        connection.barren = !upstream.isExtensionOf(this);
        acknowledge(connection);
        if (!connection.barren) {
            upstream.pump(connection);
            watch(connection, life);
            onChange.run();
        } else {
            // It gets old records that it has, reports its own position, and is then refused more.
            world.schedule.after(100_000, () -> streamBroke(connection));
        }
    }

    /** Whether the other's log is a prefix, as far as timelines tell; with unique timelines they tell all. */
    boolean isExtensionOf(SimulatedPostgres other) {
        int size = other.log.size();
        return size <= log.size()
                && (size == 0
                        || log.get(size - 1).timeline() == other.log.getLast().timeline());
    }

    private void watch(Connection connection, long life) {
        world.schedule.after(500_000, () -> {
            if (life != incarnation || !connection.open) {
                return;
            }
            SimulatedPostgres upstream = connection.upstream;
            boolean alive = !paused
                    && !connection.severed
                    && !upstream.paused
                    && world.network.reaches(index, upstream.index)
                    && world.network.reaches(upstream.index, index);
            boolean before = isReceiving();
            if (alive) {
                connection.heardMicros = world.schedule.nowMicros();
            }
            if (world.schedule.nowMicros() - connection.heardMicros > STREAM_TIMEOUT_MICROS) {
                streamBroke(connection);
                return;
            }
            if (before != isReceiving()) {
                onChange.run();
            }
            upstream.pump(connection);
            watch(connection, life);
        });
    }

    void streamBroke(Connection connection) {
        if (receiver.filter(connection::equals).isEmpty()) {
            return;
        }
        disconnect();
        onChange.run();
        long life = incarnation;
        world.schedule.after(RETRY_MICROS, () -> connect(life));
    }

    private void pump(Connection connection) {
        if (!connection.open
                || connection.severed
                || connection.barren
                || connection.busy
                || paused
                || connection.sent >= flushed) {
            return;
        }
        connection.busy = true;
        long upTo = flushed;
        long life = incarnation;
        world.schedule.after(world.network.delayMicros(), () -> {
            connection.busy = false;
            if (life != incarnation || !connection.open) {
                return;
            }
            if (world.network.reaches(index, connection.standby.index) && !connection.standby.paused) {
                connection.heardMicros = world.schedule.nowMicros();
                connection.standby.receive(connection, upTo);
                pump(connection);
            }
        });
    }

    /** Takes the upstream's records up to the given place; a connection that has been replaced brings nothing. */
    private void receive(Connection connection, long upTo) {
        if (state != PostgresState.STANDBY
                || receiver.filter(connection::equals).isEmpty()) {
            return;
        }
        for (long lsn = connection.sent + 1; lsn <= upTo; lsn++) {
            if (lsn == log.size() + 1L) {
                log.add(connection.upstream.log.get((int) lsn - 1));
            }
        }
        connection.sent = Math.max(connection.sent, upTo);
        timeline = log.getLast().timeline();
        flushSoon();
    }

    private void acknowledge(Connection connection) {
        if (!connection.open) {
            return;
        }
        long position = flushed;
        SimulatedPostgres upstream = connection.upstream;
        world.invariants.acknowledges(this, connection);
        world.schedule.after(
                world.network.delayMicros(), () -> deliverAcknowledgement(connection, upstream, position, 0));
    }

    private void deliverAcknowledgement(Connection connection, SimulatedPostgres upstream, long position, int tries) {
        if (!connection.open || connection.severed || tries > 20) {
            return;
        }
        if (!world.network.reaches(index, upstream.index)) {
            world.schedule.after(RETRY_MICROS, () -> deliverAcknowledgement(connection, upstream, position, tries + 1));
            return;
        }
        connection.acknowledged = Math.max(connection.acknowledged, position);
        upstream.release();
        upstream.onAcknowledged.run();
    }
}
