package io.howdah.gateway;

import io.howdah.gateway.balance.ReadSplit;
import io.howdah.gateway.console.ConsoleSetup;
import io.howdah.gateway.console.GatewayControl;
import io.howdah.gateway.login.VerifierSource;
import io.howdah.gateway.metrics.SessionCounters;
import io.howdah.gateway.route.PortRole;
import io.howdah.gateway.route.RouteSource;
import io.howdah.gateway.session.Sessions;
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
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
    private final RouteSource routes;
    private final Transport transport;
    private final MultiThreadIoEventLoopGroup group;
    private final Sessions sessions;
    private final Map<PortRole, Channel> listeners = new EnumMap<>(PortRole.class);
    private RouteSource.@Nullable Subscription subscription;

    /** @param split what leads reads to replicas on the port auto; without it that port is as read_write */
    public GatewayServer(
            GatewaySettings settings,
            RouteSource routes,
            VerifierSource verifiers,
            SecureRandom random,
            Optional<ReadSplit> split,
            ConsoleSetup console) {
        this.settings = settings;
        this.routes = routes;
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
        this.sessions = new Sessions(loops, backends(), settings.sessions(), routes, verifiers, random, split, console);
    }

    /** Listens; throws when a port cannot be had, and then nothing of this gateway is left running. */
    public void start() {
        sessions.routesChanged(routes.current());
        subscription = routes.subscribe(sessions::routesChanged);
        try {
            settings.ports().forEach((role, port) -> listeners.put(role, listen(role, port)));
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

    /** Where a role is served. */
    public InetSocketAddress address(PortRole role) {
        Channel listener = listeners.get(role);
        if (listener == null) {
            throw new IllegalArgumentException("gateway " + settings.gateway() + " does not serve " + role);
        }
        return (InetSocketAddress) listener.localAddress();
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
        if (subscription != null) {
            subscription.close();
        }
        listeners.values().forEach(listener -> listener.close().syncUninterruptibly());
        sessions.close();
        if (!group.shutdownGracefully(50, 2_000, TimeUnit.MILLISECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS)) {
            LOG.warn("the event loops have not ended; nothing is served any more");
        }
    }

    private Channel listen(PortRole role, int port) {
        try {
            return new ServerBootstrap()
                    .group(group)
                    .channel(transport.server())
                    .option(ChannelOption.SO_REUSEADDR, true)
                    .option(ChannelOption.SO_BACKLOG, 1024)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childOption(ChannelOption.SO_KEEPALIVE, true)
                    .childOption(ChannelOption.ALLOCATOR, allocator())
                    .childOption(ChannelOption.RECVBUF_ALLOCATOR, receiveBuffers())
                    .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark())
                    .childHandler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            sessions.accept(channel, role);
                        }
                    })
                    .bind(settings.host(), port)
                    .syncUninterruptibly()
                    .channel();
        } catch (Exception e) {
            // Netty throws the bind's checked exception unchecked.
            throw new GatewayException(
                    "gateway " + settings.gateway() + " cannot listen on " + settings.host() + ":" + port + " for "
                            + role + ": " + e.getMessage() + ". Give it another port, or stop what uses this one.",
                    e);
        }
    }

    private Bootstrap backends() {
        return new Bootstrap()
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
