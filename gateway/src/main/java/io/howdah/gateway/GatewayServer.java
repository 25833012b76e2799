package io.howdah.gateway;

import io.howdah.gateway.console.ConsoleSetup;
import io.howdah.gateway.console.GatewayControl;
import io.howdah.gateway.metrics.SessionCounters;
import io.howdah.gateway.route.DatabaseTable;
import io.howdah.gateway.route.PortRole;
import io.howdah.gateway.session.CancelForward;
import io.howdah.gateway.session.ClusterAccess;
import io.howdah.gateway.session.SessionSettings;
import io.howdah.gateway.session.Sessions;
import io.howdah.postgres.wire.Bytes;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One gateway: listens on its ports and serves sessions until it is closed. {@link #start} and {@link #close} are called once, by one
 * thread; everything else is safe on every thread.
 */
public final class GatewayServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayServer.class);
    private static final int LOW_WATER_BYTES = 32 << 10;
    private static final int HIGH_WATER_BYTES = 64 << 10;

    private final GatewaySettings settings;
    private final Transport transport;
    private final MultiThreadIoEventLoopGroup group;
    private final Sessions sessions;
    private final Map<PortRole, Channel> listeners = new EnumMap<>(PortRole.class);

    /** By address: what listens there besides. */
    private final Map<String, List<Channel>> visited = new HashMap<>();

    private final List<LocalListener> localListeners = new ArrayList<>();

    /** @param home the gateway's own cluster */
    public GatewayServer(GatewaySettings settings, ClusterAccess home, SecureRandom random, ConsoleSetup console) {
        this.settings = settings;
        this.transport = Transport.choose(settings.transport());
        String threads = settings.gateway().value() + "-loop";
        this.group = new MultiThreadIoEventLoopGroup(
                settings.eventLoops(),
                new DefaultThreadFactory(threads),
                transport.handlers().get());
        List<EventLoop> loops = new ArrayList<>();
        for (EventExecutor executor : group) {
            loops.add((EventLoop) executor);
        }
        this.sessions = new Sessions(loops, backends(), settings.sessions(), home, random, console);
    }

    /** Listens; throws when a port cannot be had, and then nothing of this gateway is left running. */
    public void start() {
        start(false);
    }

    /**
     * Takes the place of another process of this gateway that listens on the same ports: from now on every new connection comes here,
     * and none is lost. The other one must not close its listeners before it has accepted what the kernel had given it, and nobody else
     * may share the ports.
     */
    public void startInPlaceOfAnother() {
        start(true);
        for (Channel listener : listeners.values()) {
            if (!NewestListener.prefer(listener)) {
                LOG.warn("{}: the other process goes on getting a part of the connections", listener.localAddress());
            }
        }
    }

    private void start(boolean shared) {
        sessions.open();
        try {
            settings.ports().forEach((role, port) -> {
                if (!shared) {
                    requireFree(role, port);
                }
                listeners.put(role, listen(role, settings.host(), port));
            });
            settings.sockets().ifPresent(this::listenLocally);
        } catch (GatewayException e) {
            close();
            throw e;
        }
        LOG.info(
                "gateway {} listens on {} with {} and {} event loop(s)",
                settings.gateway(),
                listeners.values().stream().map(Channel::localAddress).toList(),
                transport.name(),
                settings.eventLoops());
    }

    /**
     * Listens on another address of this host as well, by the same ports; nothing to do for a gateway that listens on all of them.
     *
     * @throws GatewayException when it cannot; then it listens there by no port
     */
    public synchronized void listenAlso(String host) {
        if (new InetSocketAddress(settings.host(), 0).getAddress().isAnyLocalAddress() || visited.containsKey(host)) {
            return;
        }
        List<Channel> channels = new ArrayList<>();
        visited.put(host, channels);
        try {
            listeners.forEach((role, own) ->
                    channels.add(listen(role, host, ((InetSocketAddress) own.localAddress()).getPort())));
        } catch (GatewayException e) {
            leave(host);
            throw e;
        }
    }

    /** Listens no more on an address that this host loses, and ends the sessions that came in through it. */
    public synchronized void leave(String host) {
        List<Channel> channels = visited.remove(host);
        if (channels != null) {
            channels.forEach(channel -> channel.close().syncUninterruptibly());
        }
        sessions.endAt(new InetSocketAddress(host, 0).getAddress());
    }

    /** Where a role is served. */
    public InetSocketAddress address(PortRole role) {
        Channel listener = listeners.get(role);
        if (listener == null) {
            throw new IllegalArgumentException("gateway " + settings.gateway() + " does not serve " + role);
        }
        return (InetSocketAddress) listener.localAddress();
    }

    /** Other limits, rules and certificates, at once. The listeners stay as they are. */
    public void reconfigure(SessionSettings changed) {
        sessions.reconfigure(changed);
    }

    /**
     * Serves databases where the table says, at once and before the start too. The clients of those whose place changes wait until nothing
     * is under way there, and go on at the other place. Blocks.
     *
     * @param others all clusters but the gateway's own; those that were there already are recognized by being equal
     * @param patience for what is under way
     * @throws IllegalArgumentException when the table names a cluster that is not among them
     * @throws io.howdah.gateway.session.DatabaseBusyException when something does not end in time; then everything is as before
     */
    public void arrange(List<ClusterAccess> others, DatabaseTable table, Duration patience) {
        sessions.arrange(others, table, patience);
    }

    /** Whether another process can take this one's place without a refused connection. */
    public boolean canBeReplaced() {
        return transport.sharesPorts();
    }

    /** Another process has taken over, or has not after all: whoever is here may go on, but nothing is kept for those who come. */
    public void retire(boolean retired) {
        sessions.retire(retired);
    }

    /** Clients that are connected now, logged in or not yet. */
    public int connections() {
        return sessions.connections();
    }

    /** Accepts nobody any more. */
    public void stopListening() {
        listeners.values().forEach(listener -> listener.close().syncUninterruptibly());
        localListeners.forEach(LocalListener::close);
    }

    /** Ends sessions between their transactions: at most so many of each event loop at once, the others when they come to that point. */
    public void endBetweenTransactions(int most) {
        sessions.endBetweenTransactions(most);
    }

    /** Cancel requests for sessions that are not here go there. */
    public void forwardCancels(CancelForward elsewhere) {
        sessions.forwardCancels(elsewhere);
    }

    /**
     * Carries out a cancel request that came to another process of this gateway.
     *
     * @param done called on any thread once it has been dealt with
     */
    public void cancel(int processId, Bytes secret, Runnable done) {
        sessions.cancel(processId, secret, done);
    }

    /** io_uring, epoll or nio. */
    public String transport() {
        return transport.name();
    }

    /** What the gateway does, and the orders of its operators. */
    public GatewayControl control() {
        return sessions.control();
    }

    public SessionCounters.Snapshot counters() {
        return sessions.counters();
    }

    /** Stops listening, ends every session with a message, and waits until its threads are gone. */
    @Override
    public void close() {
        stopListening();
        sessions.close();
        if (!group.shutdownGracefully(50, 2_000, TimeUnit.MILLISECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS)) {
            LOG.warn("the event loops have not ended; nothing is served any more");
        }
    }

    /** Listeners that may share their ports would not notice somebody else's. */
    private void requireFree(PortRole role, int port) {
        if (port == 0 || !transport.sharesPorts()) {
            return;
        }
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(settings.host(), port));
        } catch (IOException e) {
            throw cannotListen(role, settings.host(), port, e);
        }
    }

    private Channel listen(PortRole role, String host, int port) {
        try {
            ServerBootstrap bootstrap = serverBootstrap(role);
            if (transport.sharesPorts()) {
                bootstrap.option(UnixChannelOption.SO_REUSEPORT, true);
            }
            if (transport.lendsBuffers()) {
                bootstrap.childOption(BufferRing.OPTION, BufferRing.GROUP);
            }
            return bootstrap
                    .channel(transport.server())
                    .option(ChannelOption.SO_REUSEADDR, true)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childOption(ChannelOption.SO_KEEPALIVE, true)
                    .bind(host, port)
                    .syncUninterruptibly()
                    .channel();
        } catch (Exception e) {
            // Netty throws the bind's checked exception unchecked.
            throw cannotListen(role, host, port, e);
        }
    }

    private ServerBootstrap serverBootstrap(PortRole role) {
        return new ServerBootstrap()
                .group(group)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.ALLOCATOR, allocator())
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, receiveBuffers())
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark())
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        sessions.accept(channel, role);
                    }
                });
    }

    private void listenLocally(UnixSockets sockets) {
        try {
            for (Map.Entry<PortRole, Channel> listener : listeners.entrySet()) {
                PortRole role = listener.getKey();
                localListeners.add(LocalListener.open(
                        serverBootstrap(role), transport, sockets, address(role).getPort()));
            }
        } catch (Exception e) {
            // Netty throws the bind's checked exception unchecked.
            throw new GatewayException(
                    "gateway " + settings.gateway() + " cannot listen on Unix sockets in " + sockets.directory() + ": "
                            + e.getMessage() + ". Name another directory as socket_directory, or \"none\".",
                    e);
        }
    }

    private GatewayException cannotListen(PortRole role, String host, int port, Exception cause) {
        return new GatewayException(
                "gateway " + settings.gateway() + " cannot listen on " + host + ":" + port + " for " + role + ": "
                        + cause.getMessage() + ". Give it another port, or stop what uses this one.",
                cause);
    }

    private Bootstrap backends() {
        Bootstrap bootstrap = new Bootstrap();
        if (transport.lendsBuffers()) {
            bootstrap.option(BufferRing.OPTION, BufferRing.GROUP);
        }
        return bootstrap
                .channel(transport.client())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        settings.sessions().connectTimeout().toMillis())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.ALLOCATOR, allocator())
                .option(ChannelOption.RECVBUF_ALLOCATOR, receiveBuffers())
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark());
    }

    private static ByteBufAllocator allocator() {
        return PooledByteBufAllocator.DEFAULT;
    }

    private static RecvByteBufAllocator receiveBuffers() {
        return new AdaptiveRecvByteBufAllocator(1 << 10, 8 << 10, 64 << 10);
    }

    private static WriteBufferWaterMark waterMark() {
        return new WriteBufferWaterMark(LOW_WATER_BYTES, HIGH_WATER_BYTES);
    }
}
