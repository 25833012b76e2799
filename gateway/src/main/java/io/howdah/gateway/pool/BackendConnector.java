package io.howdah.gateway.pool;

import io.howdah.gateway.login.Login;
import io.howdah.gateway.protocol.Channels;
import io.howdah.gateway.route.Backend;
import io.howdah.gateway.service.ServiceAccount;
import io.howdah.gateway.tls.ServerTls;
import io.howdah.gateway.tls.ServerTlsRequest;
import io.howdah.postgres.wire.BackendMessages.BackendKey;
import io.howdah.postgres.wire.StartupPacket;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/** Opens connections to servers on one event loop. */
public final class BackendConnector {
    /** A server keeps a cancel connection open no longer than it needs to send a signal. */
    private static final long CANCEL_TIMEOUT_MILLIS = 2_000;

    /** Confined to the loop, as all of this. */
    private final Set<Channel> open = new HashSet<>();

    private Bootstrap bootstrap;
    private ServerTls tls;

    /**
     * @param bootstrap with event loop, channel type and options set
     * @param tls how connections to servers are protected
     */
    public BackendConnector(Bootstrap bootstrap, ServerTls tls) {
        this.bootstrap = bootstrap;
        this.tls = tls;
    }

    /** How connections are protected from now on, and how long one attempt may take. */
    public void protect(ServerTls changed, Duration connectTimeout) {
        tls = changed;
        bootstrap = bootstrap
                .clone()
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(connectTimeout.toMillis()));
    }

    /**
     * Connects and logs in.
     *
     * @param forced settings to begin with, whatever the role has, unless the client has asked for something else
     */
    void connect(
            PoolKey key,
            Login login,
            StartupClass startup,
            Map<String, String> forced,
            BackendLogin.Listener listener) {
        SequencedMap<String, String> parameters = new LinkedHashMap<>();
        parameters.put("user", key.role());
        parameters.put("database", key.databaseThere());
        parameters.putAll(startup.parameters());
        if (key.onlyReads()) {
            parameters.put("default_transaction_read_only", "on");
        }
        forced.forEach(parameters::putIfAbsent);
        BackendLogin handler = new BackendLogin(key.place(), parameters, login.credential(), listener);
        open(key.place(), handler, () -> handler.failed("connection to " + key.place() + " failed"));
    }

    /** Connects the gateway itself, to do something for all of its clients. */
    public void connect(Backend place, String database, ServiceAccount account, BackendLogin.Listener listener) {
        SequencedMap<String, String> parameters = new LinkedHashMap<>();
        parameters.put("user", account.role());
        parameters.put("database", database);
        parameters.put("application_name", "howdah gateway listener");
        parameters.put("client_encoding", "UTF8");
        BackendLogin handler = new BackendLogin(place, parameters, account.credential(), listener);
        open(place, handler, () -> handler.failed("connection to " + place + " failed"));
    }

    /** Asks the server to cancel what the key's connection is doing; {@code done} runs when the server has dealt with it. */
    public void cancel(Backend place, BackendKey key, Runnable done) {
        Cancel handler = new Cancel(key, done);
        open(place, handler, handler::finish);
    }

    /** Closes all connections that are left; each future is done when its connection is. */
    public List<ChannelFuture> closeAll() {
        List<ChannelFuture> ends = new ArrayList<>();
        for (Channel channel : List.copyOf(open)) {
            ends.add(channel.close());
        }
        return ends;
    }

    private void open(Backend place, ChannelInboundHandlerAdapter handler, Runnable failed) {
        ServerTls used = tls;
        bootstrap
                .clone()
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        open.add(channel);
                        channel.closeFuture().addListener(_ -> open.remove(channel));
                        if (used.isOn()) {
                            channel.pipeline().addLast(new ServerTlsRequest(used, place.host(), place.port()));
                        }
                        channel.pipeline().addLast(handler);
                    }
                })
                .connect(place.host(), place.port())
                .addListener(future -> {
                    if (!future.isSuccess()) {
                        failed.run();
                    }
                });
    }

    private static final class Cancel extends ChannelInboundHandlerAdapter {
        private final BackendKey key;
        private final Runnable done;
        private boolean finished;

        Cancel(BackendKey key, Runnable done) {
            this.key = key;
            this.done = done;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            ByteBuf out = context.alloc().buffer(32);
            StartupPacket.writeCancel(out, key.processId(), key.secret());
            Channels.send(context, out);
            Channels.later(context.executor(), CANCEL_TIMEOUT_MILLIS, () -> Channels.close(context));
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            finish();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            Channels.close(context);
        }

        void finish() {
            if (!finished) {
                finished = true;
                done.run();
            }
        }
    }
}
