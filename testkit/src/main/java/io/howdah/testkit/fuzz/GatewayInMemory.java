package io.howdah.testkit.fuzz;

import io.howdah.gateway.console.ConsoleSettings;
import io.howdah.gateway.console.ConsoleSetup;
import io.howdah.gateway.login.AccessRules;
import io.howdah.gateway.login.Entrance;
import io.howdah.gateway.login.FailedLogins;
import io.howdah.gateway.login.ProxyTrust;
import io.howdah.gateway.login.StoredPassword;
import io.howdah.gateway.login.VerifierSource;
import io.howdah.gateway.metrics.SlowQuerySettings;
import io.howdah.gateway.pool.PoolingSettings;
import io.howdah.gateway.route.Backend;
import io.howdah.gateway.route.PortRole;
import io.howdah.gateway.route.RouteSource;
import io.howdah.gateway.route.Routes;
import io.howdah.gateway.session.ClusterAccess;
import io.howdah.gateway.session.SessionSettings;
import io.howdah.gateway.session.Sessions;
import io.howdah.gateway.tls.ServerTls;
import io.howdah.kernel.model.Cell;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Term;
import io.howdah.postgres.scram.ScramVerifier;
import io.howdah.postgres.wire.Bytes;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A whole gateway with one client and its servers on the calling thread: no sockets, no clock, no chance. What is not given back of the
 * network buffers, and what the gateway itself counts as its own mistake, is an error.
 */
final class GatewayInMemory implements AutoCloseable {
    private static final Backend PRIMARY =
            new Backend("local", new NodeId("node1"), new Cell("zone1"), "127.0.0.1", 5432);
    private static final Routes ROUTES = new Routes(Term.ZERO, Optional.of(PRIMARY), List.of(), Optional.empty());
    private static final ScramVerifier VERIFIER = ScramVerifier.derive("password", Bytes.of(new byte[16]), 1);

    private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(false);
    private final MockTicker clock = Ticker.newMockTicker();
    private final EmbeddedChannel client =
            EmbeddedChannel.builder().ticker(clock).build();
    private final List<EmbeddedChannel> servers = new ArrayList<>();
    private final Sessions sessions;

    /** @param rules in the syntax of pg_hba.conf; the client comes through a Unix socket */
    GatewayInMemory(String rules) {
        client.config().setAllocator(memory);
        SessionSettings settings = new SessionSettings(
                new Cell("zone1"),
                10,
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(3),
                PoolingSettings.USUAL,
                Bytes.of(new byte[] {1, 2, 3}),
                new Entrance(Optional.empty(), AccessRules.of(rules), new FailedLogins(100, Duration.ofMinutes(1))),
                ServerTls.OFF,
                SlowQuerySettings.OFF,
                ProxyTrust.NOBODY);
        Bootstrap backends = new Bootstrap().channelFactory(this::server);
        sessions = new Sessions(
                List.of(client.eventLoop()),
                backends,
                settings,
                new ClusterAccess(
                        "local",
                        new FixedRoutes(),
                        new FixedVerifiers(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                new Predictable(),
                new ConsoleSetup(
                        () -> new ConsoleSettings(Set.of("admin"), Set.of(), "fuzz", 10, new TreeMap<>()),
                        InstantSource.fixed(Instant.EPOCH),
                        clock::nanoTime,
                        () -> {}));
        sessions.open();
        client.runPendingTasks();
        sessions.accept(client, PortRole.READ_WRITE);
        client.pipeline().fireChannelActive();
        client.runPendingTasks();
    }

    private EmbeddedChannel server() {
        EmbeddedChannel made =
                EmbeddedChannel.builder().ticker(clock).register(false).build();
        made.config().setAllocator(memory);
        servers.add(made);
        return made;
    }

    /** Gives the gateway what a client sends. */
    void clientSends(byte[] bytes) {
        give(client, bytes);
    }

    /** Gives the gateway what the newest of its servers sends; nothing happens without one. */
    void serverSends(byte[] bytes) {
        if (!servers.isEmpty()) {
            give(servers.getLast(), bytes);
        }
    }

    private void give(EmbeddedChannel channel, byte[] bytes) {
        if (channel.isOpen() && bytes.length > 0) {
            channel.writeInbound(memory.buffer(bytes.length).writeBytes(bytes));
        }
        client.runPendingTasks();
    }

    boolean hasServer() {
        return !servers.isEmpty();
    }

    /** What the newest of the servers was sent since it was asked last. */
    byte[] takeFromServer() {
        return servers.isEmpty() ? new byte[0] : take(servers.getLast());
    }

    /** What the client was sent since it was asked last. */
    byte[] takeFromClient() {
        return take(client);
    }

    private static byte[] take(EmbeddedChannel channel) {
        List<byte[]> parts = new ArrayList<>();
        int length = 0;
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            byte[] bytes = new byte[part.readableBytes()];
            part.readBytes(bytes);
            part.release();
            parts.add(bytes);
            length += bytes.length;
        }
        byte[] all = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    /** Ends everything and looks at what is left. */
    @Override
    public void close() {
        end(client);
        for (EmbeddedChannel each : servers) {
            end(each);
        }
        client.runPendingTasks();
        if (sessions.counters().internalErrors() > 0) {
            throw new AssertionError("the gateway has made a mistake; its log says which");
        }
        if (sessions.counters().sessions() != 0) {
            throw new AssertionError("a session is left although its client is gone");
        }
        long left = memory.metric().usedHeapMemory() + memory.metric().usedDirectMemory();
        if (left != 0) {
            throw new AssertionError(left + " bytes of network buffers are left");
        }
    }

    private static void end(EmbeddedChannel channel) {
        if (channel.isRegistered()) {
            var _ = channel.close();
            channel.runPendingTasks();
            channel.checkException();
        }
        channel.inboundMessages().forEach(ReferenceCountUtil::release);
        channel.inboundMessages().clear();
        channel.outboundMessages().forEach(ReferenceCountUtil::release);
        channel.outboundMessages().clear();
    }

    private static final class FixedRoutes implements RouteSource {
        @Override
        public Routes current() {
            return ROUTES;
        }

        @Override
        public Subscription subscribe(Consumer<Routes> listener) {
            listener.accept(ROUTES);
            return () -> {};
        }

        @Override
        public void drained(String drainId) {}
    }

    private static final class FixedVerifiers implements VerifierSource {
        @Override
        public CompletableFuture<Optional<Found>> verifier(String role) {
            return CompletableFuture.completedFuture(
                    role.equals("known")
                            ? Optional.of(new Found(new StoredPassword.Scram(VERIFIER), true))
                            : Optional.empty());
        }

        @Override
        public void changed(String role) {}

        @Override
        public void forget(String role) {}
    }

    /** The same input must do the same twice. */
    private static final class Predictable extends SecureRandom {
        private static final long serialVersionUID = 1L;
        private byte next;

        @Override
        public void nextBytes(byte[] bytes) {
            for (int index = 0; index < bytes.length; index++) {
                bytes[index] = next++;
            }
        }

        @Override
        public int nextInt() {
            return next++;
        }

        @Override
        public int nextInt(int bound) {
            return Math.floorMod(next++, bound);
        }
    }
}
