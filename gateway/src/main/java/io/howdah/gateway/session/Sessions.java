package io.howdah.gateway.session;

import io.howdah.gateway.console.Console;
import io.howdah.gateway.console.ConsoleSetup;
import io.howdah.gateway.console.GatewayControl;
import io.howdah.gateway.listen.ListenerHub;
import io.howdah.gateway.login.ClientLimit;
import io.howdah.gateway.login.ClientLogin;
import io.howdah.gateway.login.ProxyHeader;
import io.howdah.gateway.metrics.Averages;
import io.howdah.gateway.metrics.SessionCounters;
import io.howdah.gateway.pool.Allotments;
import io.howdah.gateway.pool.BackendConnector;
import io.howdah.gateway.protocol.Channels;
import io.howdah.gateway.route.DatabaseTable;
import io.howdah.gateway.route.PortRole;
import io.howdah.gateway.tls.TlsGate;
import io.howdah.postgres.wire.Bytes;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** All sessions of a gateway, spread over its event loops. The door to this package; safe on every thread. */
public final class Sessions {
    /** As PgBouncer's stats_period. */
    private static final int AVERAGE_SECONDS = 60;

    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private volatile SessionSettings settings; // replaced as a whole, read by the event loops
    private final SecureRandom random;
    private final SessionCounters counters = new SessionCounters();
    private final ClientLimit limit;
    private final Optional<ListenerHub> listeners;
    private final Switches switches = new Switches();
    private final Console console;
    private final Orders orders;
    private final CancelRegistry cancels;
    private final Averages averages;
    private final Map<EventLoop, Worker> workers = new LinkedHashMap<>();
    private final Clusters clusters;

    /**
     * @param loops the event loops that client connections will be on
     * @param backends channel type and options of connections to servers, without event loop
     * @param random secrets of sessions and nonces of log-ins
     * @param setup of the console
     * @param home the gateway's own cluster
     */
    public Sessions(
            List<EventLoop> loops,
            Bootstrap backends,
            SessionSettings settings,
            ClusterAccess home,
            SecureRandom random,
            ConsoleSetup setup) {
        this.settings = settings;
        this.random = random;
        this.limit = new ClientLimit(settings.maxClients());
        this.cancels = new CancelRegistry(random);
        AtomicReference<Arrangement> arrangement = new AtomicReference<>(Arrangement.of(home));
        EventLoop first = loops.getFirst();
        this.listeners = home.service()
                .map(_ -> new ListenerHub(
                        first,
                        new BackendConnector(backends.clone().group(first), settings.servers()),
                        database -> arrangement.get().listenPlace(database),
                        settings.holdLimit(),
                        this::listenersRestored));
        Worker.Shared shared = new Worker.Shared(
                cancels,
                counters,
                role -> arrangement.get().forgetVerifier(role),
                new Allotments(settings.pooling().connections()),
                listeners,
                switches);
        for (EventLoop loop : loops) {
            BackendConnector connector = new BackendConnector(backends.clone().group(loop), settings.servers());
            workers.put(loop, new Worker(loop, settings, shared, connector, arrangement.get()));
        }
        this.averages = new Averages(setup.nanoClock().getAsLong());
        this.orders = new Orders(workers.values(), switches, arrangement::get, setup.reload(), averages);
        this.clusters = new Clusters(arrangement, workers.values(), listeners, orders);
        this.console = new Console(orders, home.split(), setup.settings(), setup.clock(), setup.nanoClock());
        var _ = first.scheduleAtFixedRate(
                () -> {
                    var _ = orders.report()
                            .thenAccept(report -> averages.observe(
                                    report.traffic(), setup.nanoClock().getAsLong()));
                },
                AVERAGE_SECONDS,
                AVERAGE_SECONDS,
                TimeUnit.SECONDS);
    }

    /** Takes over a connection that was just accepted; called on its event loop. */
    public void accept(Channel channel, PortRole role) {
        Worker worker = workers.get(channel.eventLoop());
        SessionSettings now = settings;
        if (worker == null || !limit.accept(channel)) {
            Channels.close(channel);
            return;
        }
        Door door = new Door(worker, role, switches, console);
        if (now.proxies().expectsHeader(channel, role)) {
            ProxyHeader.expect(channel.pipeline());
        }
        channel.pipeline()
                .addLast(new TlsGate(
                        isLocal(channel) ? Optional.empty() : now.access().tls()))
                .addLast(new ClientLogin(door, random, now.login(), now.access(), limit, counters));
    }

    /**
     * Other limits, rules and certificates. Who logs in from now on goes by them, and all pools; those who are logged in keep the pool
     * mode with which they began.
     */
    public void reconfigure(SessionSettings changed) {
        settings = changed;
        limit.limit(changed.maxClients());
        listeners.ifPresent(hub -> hub.protect(changed.servers(), changed.connectTimeout()));
        workers.forEach((loop, worker) -> loop.execute(() -> worker.reconfigure(changed)));
    }

    /** As on a server, what goes through a Unix socket is not encrypted. */
    private static boolean isLocal(Channel channel) {
        return !(channel.remoteAddress() instanceof InetSocketAddress);
    }

    /** Begins to follow the clusters. */
    public void open() {
        clusters.open();
    }

    /**
     * Serves databases where the table says, and moves the clients of those whose place changes: they wait for a moment and notice nothing.
     * Blocks.
     *
     * @param others all clusters but the gateway's own; those that were there already are recognized by being equal
     * @param patience for what is under way in the databases that move
     * @throws IllegalArgumentException when the table names a cluster that is not among them
     * @throws DatabaseBusyException when something does not end in time; then everything is as before
     */
    public void arrange(List<ClusterAccess> others, DatabaseTable table, Duration patience) {
        clusters.arrange(others, table, patience);
    }

    private void listenersRestored() {
        workers.forEach((loop, worker) -> loop.execute(worker::resumed));
    }

    /** What the gateway does, and the orders of its operators. */
    public GatewayControl control() {
        return orders;
    }

    /** Cancel requests for sessions that are not here go there. */
    public void forwardCancels(CancelForward elsewhere) {
        cancels.forwardTo(elsewhere);
    }

    /**
     * Carries out a cancel request that came to another process of this gateway.
     *
     * @param done called on any thread once it has been dealt with
     */
    public void cancel(int processId, Bytes secret, Runnable done) {
        cancels.cancel(processId, secret, done);
    }

    /** Another process has taken this one's place, or has not after all: nothing is kept for those who may come. */
    public void retire(boolean retired) {
        workers.forEach((loop, worker) -> loop.execute(() -> worker.retire(retired)));
    }

    /** Clients that are connected now, logged in or not yet. */
    public int connections() {
        return limit.connections();
    }

    /** Ends sessions between their transactions: so many of each event loop at once, the others when they come to that point. */
    public void endBetweenTransactions(int most) {
        workers.forEach((loop, worker) -> loop.execute(() -> worker.end(most)));
    }

    /** Ends the sessions of clients that connected to an address which this host loses. */
    public void endAt(InetAddress address) {
        workers.forEach((loop, worker) -> loop.execute(() -> worker.endAt(address)));
    }

    /** What happened so far. */
    public SessionCounters.Snapshot counters() {
        return counters.snapshot();
    }

    /** Ends every session with a FATAL message and waits a moment for it to be sent; not on an event loop. */
    public void close() {
        clusters.close();
        long deadline = System.nanoTime() + LAST_WORDS.toNanos();
        List<Future<List<ChannelFuture>>> ends = new ArrayList<>();
        workers.forEach((loop, worker) -> ends.add(loop.submit(worker::shutDown)));
        await(ends, deadline);
        ends.clear();
        workers.forEach((loop, worker) -> ends.add(loop.submit(worker::closeServerConnections)));
        listeners.ifPresent(hub -> ends.add(workers.keySet().iterator().next().submit(hub::close)));
        await(ends, deadline + LAST_WORDS.toNanos());
    }

    private static void await(List<Future<List<ChannelFuture>>> ends, long deadlineNanos) {
        for (Future<List<ChannelFuture>> loopEnds : ends) {
            for (ChannelFuture end : loopEnds.syncUninterruptibly().getNow()) {
                end.awaitUninterruptibly(Math.max(1, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
            }
        }
    }
}
