package io.howdah.server.node;

import io.howdah.kernel.election.Condition;
import io.howdah.kernel.election.Input;
import io.howdah.kernel.election.PostgresState;
import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Rule;
import io.howdah.kernel.model.Term;
import io.howdah.kernel.model.TimelineId;
import io.howdah.kernel.quorum.StandbyName;
import io.howdah.postgres.client.PostgresClient;
import io.howdah.postgres.client.PostgresConnectionException;
import io.howdah.postgres.client.PostgresException;
import io.howdah.postgres.client.Row;
import io.howdah.postgres.process.DataDirectory;
import io.howdah.postgres.process.PostgresProcess;
import io.howdah.postgres.process.RuleTable;
import io.howdah.postgres.process.TimelineHistory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the local PostgreSQL and says what it sees; changes nothing. Confined to the monitor's thread.
 *
 * <p>Has a connection of its own: the lane's may be waiting for a promotion while the election wants to know.
 */
final class InstanceObserver {
    /** A walsender speaks at least every 2.5 s (half of wal_sender_timeout), however idle its primary. */
    private static final long STREAM_SILENCE_MILLIS = 3000;

    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final Duration AT_ONCE = Duration.ofMillis(500);
    private static final Pattern APPLICATION_NAME = Pattern.compile("application_name='?([^ ']+)");

    private static final String LOOK = """
            select pg_is_in_recovery() as recovering,
                   case when pg_is_in_recovery() then pg_last_wal_receive_lsn() end as received,
                   case when pg_is_in_recovery() then pg_last_wal_replay_lsn() end as replayed,
                   pg_is_in_recovery() and pg_is_wal_replay_paused() as paused,
                   case when not pg_is_in_recovery() then pg_current_wal_flush_lsn() end as flushed,
                   case when not pg_is_in_recovery()
                        then substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8) end as timeline,
                   receiver.status, receiver.conninfo,
                   (extract(epoch from clock_timestamp() - receiver.last_msg_receipt_time) * 1000)::bigint as silence
              from (select) as one left join pg_stat_wal_receiver as receiver on true
            """;

    private static final String PENDING_RESTART = "select name from pg_settings where pending_restart order by name";
    private static final Duration PENDING_EVERY = Duration.ofSeconds(2);

    private static final String STANDBYS =
            "select application_name, flush_lsn from pg_stat_replication where flush_lsn is not null";

    private final ClusterId cluster;
    private final ManagedInstance instance;
    private final DataDirectory data;
    private final BooleanSupplier trusted;
    private final Supplier<Term> term;
    private final DiskWatch disk;
    private @Nullable PostgresClient client;
    private List<String> pending = List.of();
    private long pendingAtNanos;

    /**
     * @param trusted whether the data directory may be used
     * @param disk whether there is room
     * @param term the node's own term: confirmations under names of other terms do not count
     */
    InstanceObserver(
            ClusterId cluster, ManagedInstance instance, BooleanSupplier trusted, Supplier<Term> term, DiskWatch disk) {
        this.cluster = cluster;
        this.instance = instance;
        this.data = instance.data();
        this.trusted = trusted;
        this.term = term;
        this.disk = disk;
    }

    Observation look() {
        Optional<PostgresProcess> process = instance.process();
        if (process.isEmpty()) {
            forget();
            return Observation.without(trusted.getAsBoolean() ? PostgresState.DOWN : PostgresState.EMPTY);
        }
        long pid = process.get().pid();
        if (instance.isStopping()) {
            // Each attempt to look would cost the postmaster a process, while clients wait for its end.
            forget();
            return withPid(Observation.without(PostgresState.STARTING), pid);
        }
        try {
            return judged(lookTwice(pid), process.get().isStopping());
        } catch (PostgresException e) {
            forget();
            return withPid(Observation.without(PostgresState.STARTING), pid);
        } catch (PostgresConnectionException e) {
            forget();
            boolean alive = process.get().isAlive();
            return withPid(Observation.without(alive ? PostgresState.STARTING : PostgresState.DOWN), alive ? pid : 0);
        }
    }

    /**
     * A server that somebody is shutting down serves its clients until they leave and takes no new ones. As a primary it
     * had better hand over; as a standby it is as good as gone.
     */
    private Observation judged(Observation seen, boolean stopping) {
        if (!stopping) {
            return disk.ailment().map(seen::ailing).orElse(seen);
        }
        return seen.local().state() == PostgresState.PRIMARY
                ? seen.ailing("is being shut down")
                : withPid(Observation.without(PostgresState.DOWN), seen.processId());
    }

    /**
     * A connection may break for reasons that say nothing of the server: somebody terminates all backends, a firewall
     * resets. A leader must not fall for that, so a failure that comes at once is followed by a second look on a new
     * connection; a server that is silent has used up the time that it is given.
     */
    private Observation lookTwice(long pid) {
        boolean fresh = client == null || client.isBroken();
        long fromNanos = System.nanoTime();
        try {
            return look(connected(), pid);
        } catch (PostgresException | PostgresConnectionException e) {
            if (fresh || System.nanoTime() - fromNanos > AT_ONCE.toNanos()) {
                throw e;
            }
            forget();
            return look(connected(), pid);
        }
    }

    void forget() {
        PostgresClient old = client;
        client = null;
        pendingAtNanos = 0;
        if (old != null) {
            old.close();
        }
    }

    private Observation look(PostgresClient connection, long pid) {
        Row row = connection.query(LOOK).getFirst();
        Optional<Rule> rule = new RuleTable(connection, cluster).read();
        if (row.flag("recovering")) {
            return standby(row, rule, connection, pid);
        }
        TimelineId timeline = new TimelineId(Integer.parseInt(row.text("timeline"), 16));
        Position position = new Position(timeline, Lsn.parse(row.text("flushed")));
        Input.LocalPostgres local = new Input.LocalPostgres(
                PostgresState.PRIMARY, Optional.of(position), rule, false, Optional.empty(), branchOf(timeline));
        return new Observation(local, Optional.of(progress(connection)), Optional.empty(), pending(connection), pid);
    }

    private Observation standby(Row row, Optional<Rule> rule, PostgresClient connection, long pid) {
        Lsn received = row.find("received").map(Lsn::parse).orElse(Lsn.ZERO);
        Lsn replayed = row.find("replayed").map(Lsn::parse).orElse(Lsn.ZERO);
        Lsn end = Lsn.max(received, replayed);
        Optional<Position> position =
                end.equals(Lsn.ZERO) ? Optional.empty() : Optional.of(new Position(data.lastTimelineAt(end), end));
        boolean receiving = row.find("status").filter("streaming"::equals).isPresent()
                && row.find("silence").map(Long::parseLong).orElse(Long.MAX_VALUE) < STREAM_SILENCE_MILLIS;
        Input.LocalPostgres local = new Input.LocalPostgres(
                PostgresState.STANDBY,
                position,
                rule,
                receiving,
                row.find("conninfo").flatMap(InstanceObserver::stampedTerm),
                position.flatMap(at -> branchOf(at.timeline())),
                Condition.ofReplay(end.bytesAheadOf(replayed), row.flag("paused")));
        return new Observation(local, Optional.empty(), Optional.of(replayed), pending(connection), pid);
    }

    /** Asked now and then: hundreds of settings are looked through for it. */
    private List<String> pending(PostgresClient connection) {
        long now = System.nanoTime();
        if (pendingAtNanos == 0 || now - pendingAtNanos > PENDING_EVERY.toNanos()) {
            pendingAtNanos = now;
            pending = connection.query(PENDING_RESTART).stream()
                    .map(row -> row.text("name"))
                    .toList();
        }
        return pending;
    }

    private Input.FlushProgress progress(PostgresClient connection) {
        Term own = term.get();
        Map<NodeId, Lsn> flushed = new TreeMap<>();
        List<Row> rows = connection.query(STANDBYS);
        for (Row row : rows) {
            StandbyName.parse(row.text("application_name"))
                    .filter(name -> name.term().equals(own))
                    .ifPresent(name -> flushed.merge(name.node(), Lsn.parse(row.text("flush_lsn")), Lsn::max));
        }
        return new Input.FlushProgress(own, flushed);
    }

    private Optional<Position> branchOf(TimelineId timeline) {
        return data.history(timeline).flatMap(TimelineHistory::branchedAt);
    }

    private static Optional<Term> stampedTerm(String conninfo) {
        Matcher matcher = APPLICATION_NAME.matcher(conninfo);
        return matcher.find() ? StandbyName.parse(matcher.group(1)).map(StandbyName::term) : Optional.empty();
    }

    private PostgresClient connected() {
        PostgresClient present = client;
        if (present == null || present.isBroken()) {
            present = PostgresClient.connect(instance.options("howdah monitor").withTimeouts(LIMIT, LIMIT));
            client = present;
        }
        return present;
    }

    private static Observation withPid(Observation seen, long pid) {
        return new Observation(seen.local(), seen.flushed(), seen.replayed(), seen.pendingRestart(), pid);
    }
}
