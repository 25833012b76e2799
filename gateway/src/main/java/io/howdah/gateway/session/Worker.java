package io.howdah.gateway.session;

import io.howdah.gateway.dialogue.TextReader;
import io.howdah.gateway.listen.ListenerHub;
import io.howdah.gateway.metrics.GatewayReport;
import io.howdah.gateway.metrics.SessionCounters;
import io.howdah.gateway.metrics.SessionEvent;
import io.howdah.gateway.metrics.SlowQueryLog;
import io.howdah.gateway.metrics.StatementTable;
import io.howdah.gateway.metrics.Traffic;
import io.howdah.gateway.pool.Allotments;
import io.howdah.gateway.pool.BackendConnector;
import io.howdah.gateway.pool.PoolContext;
import io.howdah.gateway.pool.PoolingSettings;
import io.howdah.gateway.pool.Pools;
import io.howdah.gateway.protocol.Channels;
import io.howdah.gateway.protocol.Errors;
import io.howdah.gateway.route.Routes;
import io.howdah.gateway.state.Interner;
import io.howdah.gateway.state.StatementEntry;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that belongs to one event loop: its sessions, the waiting ones, and the {@link ClusterPart} of each cluster that they are led
 * to. Used on that loop only.
 */
final class Worker {
    private static final long RETRY_MILLIS = 50;
    private static final long TEND_MILLIS = 1_000;
    private static final int MAX_STATEMENTS = 5_000;
    private static final int MAX_TALLIES = 1_000;

    private final Logger log = LoggerFactory.getLogger(Worker.class);
    private final EventLoop loop;
    private SessionSettings settings;
    private final Shared shared;
    private final BackendConnector connector;
    private final PoolContext poolContext;
    private final ClusterParts clusters;
    private final TextReader texts = new TextReader();
    private final HoldQueue queue = new HoldQueue();
    private final Set<Session> sessions = new HashSet<>();
    private final Map<String, Traffic> traffic = new HashMap<>();
    private final Interner<StatementEntry> entries = new Interner<>(MAX_STATEMENTS);
    private final StatementTable statements = new StatementTable(MAX_TALLIES, System::currentTimeMillis);
    private final SlowQueryLog slowQueries;
    private boolean watching;
    private boolean ending;
    private boolean stopping;

    Worker(
            EventLoop loop,
            SessionSettings settings,
            Shared shared,
            BackendConnector connector,
            Arrangement arrangement) {
        this.loop = loop;
        this.settings = settings;
        this.shared = shared;
        this.connector = connector;
        this.slowQueries = new SlowQueryLog(settings.slowQueries(), InstantSource.system(), SlowQueryLines::write);
        this.poolContext = new PoolContext(
                loop, connector, settings.pooling(), settings.holdLimit(), shared.counters(), shared.forgetVerifier());
        this.clusters = new ClusterParts(settings.cell(), poolContext, shared, arrangement);
        loop.execute(this::tend);
    }

    /** What all workers of a gateway have in common; safe on every thread. */
    record Shared(
            CancelRegistry cancels,
            SessionCounters counters,
            Consumer<String> forgetVerifier,
            Allotments allotments,
            Optional<ListenerHub> listeners,
            Switches switches) {}

    EventLoop loop() {
        return loop;
    }

    Logger log() {
        return log;
    }

    TextReader texts() {
        return texts;
    }

    CancelRegistry cancels() {
        return shared.cancels();
    }

    SessionCounters counters() {
        return shared.counters();
    }

    Allotments allotments() {
        return shared.allotments();
    }

    BackendConnector connector() {
        return connector;
    }

    /** What the pools of all clusters have in common. */
    PoolContext poolContext() {
        return poolContext;
    }

    /** The pools of each cluster. */
    List<Pools> pools() {
        return clusters.pools();
    }

    PoolingSettings pooling() {
        return settings.pooling();
    }

    /** Other limits and rules; clients that wait now go by the new ones too. */
    void reconfigure(SessionSettings changed) {
        settings = changed;
        connector.protect(changed.servers(), changed.connectTimeout());
        poolContext.reconfigure(changed.pooling(), changed.holdLimit());
        pools().forEach(Pools::reconfigured);
        slowQueries.settings(changed.slowQueries());
    }

    Interner<StatementEntry> entries() {
        return entries;
    }

    SlowQueryLog slowQueries() {
        return slowQueries;
    }

    /** What has been asked so far, by shape. */
    StatementTable statements() {
        return statements;
    }

    long nanoTime() {
        return loop.ticker().nanoTime();
    }

    // ---- clusters

    /** Where a database is. */
    Site site(String database) {
        return clusters.site(database);
    }

    /** Other clusters, and databases elsewhere; the clients of those that move are paused. */
    void arrange(Arrangement newer) {
        clusters.arrange(newer);
        for (Session session : Set.copyOf(sessions)) {
            Site site = site(session.database());
            if (!site.equals(session.site())) {
                session.moved(site);
            }
        }
        clusters.tidy();
    }

    /** A newer picture of a cluster. */
    void routesChanged(Cluster cluster, Routes newer) {
        ClusterPart part = clusters.find(cluster);
        if (part == null) {
            return;
        }
        part.picture().changed(newer);
        for (Session session : Set.copyOf(sessions)) {
            if (session.cluster().equals(part)) {
                session.routesChanged();
            }
        }
        part.routesChanged(newer);
        proceed(session -> session.cluster().equals(part));
        part.checkDrain();
        counters().count(SessionEvent.ROUTE_UPDATE);
    }

    /** Who listens for clients; empty when each does so on a connection of its own. */
    Optional<ListenerHub> listeners() {
        return shared.listeners();
    }

    // ---- holding

    void held(Session session) {
        queue.add(session);
        watchWaiters();
    }

    void unheld(Session session) {
        queue.remove(session);
    }

    /** Someone waits: one timer for all of them, and none while there are none. */
    void watchWaiters() {
        if (!watching) {
            watching = true;
            watch();
        }
    }

    private void watch() {
        long limitMillis = settings.holdLimit().toMillis();
        Channels.later(loop, Math.clamp(limitMillis / 20, 5, 100), () -> {
            long overdue = nanoTime() - TimeUnit.MILLISECONDS.toNanos(limitMillis);
            for (Session session : queue.heldSince(overdue)) {
                queue.remove(session);
                session.holding().holdExpired(limitMillis);
            }
            pools().forEach(pools -> pools.expireWaiters(nanoTime()));
            watching = !queue.isEmpty() || pools().stream().anyMatch(pools -> pools.waiting() > 0);
            if (watching) {
                watch();
            }
        });
    }

    void retrySoon(Session session) {
        Channels.later(loop, RETRY_MILLIS, session.holding()::proceed);
    }

    int waiting() {
        return queue.size();
    }

    // ---- sessions

    void opened(Session session) {
        sessions.add(session);
        counters().sessions(1);
    }

    void closed(Session session) {
        queue.remove(session);
        if (sessions.remove(session)) {
            counters().sessions(-1);
        }
    }

    /** What the clients of a database do here. */
    Traffic traffic(String database) {
        return traffic.computeIfAbsent(database, _ -> new Traffic());
    }

    GatewayReport report() {
        Map<String, Traffic.Totals> totals = new HashMap<>();
        traffic.forEach((database, counts) -> totals.put(database, counts.totals()));
        GatewayReport report = new GatewayReport(
                sessions.stream()
                        .map(session -> SessionReport.of(session, nanoTime()))
                        .toList(),
                List.of(),
                List.of(),
                totals,
                Map.of());
        return pools().stream().map(Pools::report).reduce(report, GatewayReport::plus);
    }

    // ---- orders

    private static boolean concerns(Optional<String> database, Session session) {
        return database.isEmpty() || database.get().equals(session.database());
    }

    /** Whether clients of a database, or of any, have something under way. */
    boolean isBusy(Optional<String> database) {
        return sessions.stream()
                .anyMatch(session -> concerns(database, session)
                        && session.place() != null
                        && !session.conversation().atRest());
    }

    /** Those who wait look whether they still must. */
    void resumed() {
        proceed(_ -> true);
    }

    private void proceed(Predicate<Session> which) {
        queue.inOrder().stream()
                .filter(which)
                .forEach(session -> session.holding().proceed());
    }

    /** Ends the clients of a database. */
    void kill(String database) {
        for (Session session : Set.copyOf(sessions)) {
            if (session.database().equals(database)) {
                session.end(Errors.killed(database));
            }
        }
        pools().forEach(pools -> pools.reconnect(Optional.of(database)));
    }

    /** Ends one client; says whether it was here. */
    boolean killClient(String id) {
        for (Session session : Set.copyOf(sessions)) {
            if (session.server().id().equals(id)) {
                session.end(Errors.killed(session.database()));
                return true;
            }
        }
        return false;
    }

    /** Another process has taken this one's place: connections that nobody has are closed, and no more kept ready. */
    void retire(boolean retired) {
        poolContext.retire(retired);
        if (retired) {
            pools().forEach(pools -> pools.closeIdle(Optional.empty()));
        }
    }

    /** From now on sessions end when they have nothing under way. */
    boolean isEnding() {
        return ending;
    }

    /** Ends some of those that have nothing under way; the others end by themselves as soon as they have not. */
    void end(int most) {
        ending = true;
        Iterator<Session> all = Set.copyOf(sessions).iterator();
        int ended = 0;
        while (ended < most && all.hasNext()) {
            ended += all.next().endIfAtRest() ? 1 : 0;
        }
    }

    /** Ends the clients that connected to an address. */
    void endAt(InetAddress address) {
        for (Session session : Set.copyOf(sessions)) {
            SocketAddress own = session.client().channel().localAddress();
            if (own instanceof InetSocketAddress known && address.equals(known.getAddress())) {
                session.end(Errors.addressGone(address));
            }
        }
    }

    /** Looks after the pools, now and then. */
    private void tend() {
        if (!stopping) {
            pools().forEach(pools -> pools.tend(nanoTime()));
            Channels.later(loop, TEND_MILLIS, this::tend);
        }
    }

    /** Ends all sessions. Returns what to wait for until their last words are on their way. */
    List<ChannelFuture> shutDown() {
        stopping = true;
        List<ChannelFuture> ends = new ArrayList<>();
        for (Session session : Set.copyOf(sessions)) {
            ends.add(session.shutDown());
        }
        pools().forEach(pools -> pools.closeUnless(_ -> false));
        return ends;
    }

    /** Afterwards nothing of this worker is open: an event loop of io_uring does not end before. */
    List<ChannelFuture> closeServerConnections() {
        return connector.closeAll();
    }
}
