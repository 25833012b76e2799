package io.howdah.gateway.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.howdah.gateway.GatewayServer;
import io.howdah.gateway.GatewaySettings;
import io.howdah.gateway.Transport;
import io.howdah.gateway.UnixSockets;
import io.howdah.gateway.balance.ReadSplit;
import io.howdah.gateway.cache.CacheSettings;
import io.howdah.gateway.cache.QueryCache;
import io.howdah.gateway.console.ConsoleSettings;
import io.howdah.gateway.console.ConsoleSetup;
import io.howdah.gateway.login.AccessRules;
import io.howdah.gateway.login.Entrance;
import io.howdah.gateway.login.FailedLogins;
import io.howdah.gateway.login.ProxyTrust;
import io.howdah.gateway.login.VerifierQuery;
import io.howdah.gateway.metrics.SessionCounters;
import io.howdah.gateway.metrics.SlowQuerySettings;
import io.howdah.gateway.pool.PoolMode;
import io.howdah.gateway.pool.PoolRules;
import io.howdah.gateway.pool.PoolingSettings;
import io.howdah.gateway.route.PortRole;
import io.howdah.gateway.route.Routes;
import io.howdah.gateway.session.SessionSettings;
import io.howdah.gateway.tls.ServerTls;
import io.howdah.kernel.model.Cell;
import io.howdah.kernel.model.GatewayId;
import io.howdah.kernel.model.Term;
import io.howdah.postgres.wire.Bytes;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A gateway on free ports in front of the picture that a test draws. */
public final class TestGateway implements AutoCloseable {
    private static final Map<PortRole, Integer> FREE_PORTS =
            Map.of(PortRole.AUTO, 0, PortRole.READ_WRITE, 0, PortRole.READ_ONLY, 0);

    public static final String HOME = "home";
    private final TestCluster home;
    public final TestRoutes routes;
    private final PostgresFixture postgres;
    private final AtomicInteger reloads = new AtomicInteger();
    private final GatewayServer server;
    private volatile boolean verifiersUnavailable;

    private TestGateway(
            PostgresFixture postgres,
            Settings settings,
            Map<PortRole, Integer> ports,
            boolean inPlaceOfAnother,
            Optional<CacheSettings> caching) {
        this.postgres = postgres;
        // The tests may hide the primary from the gateway; the first server can always be asked.
        VerifierQuery first = new VerifierQuery(
                () -> new Routes(Term.ZERO, Optional.of(postgres.first().backend()), List.of(), Optional.empty()),
                TestCluster.SERVERS,
                PostgresFixture.DATABASE,
                () -> settings.authQuery);
        this.home = new TestCluster(
                HOME,
                () -> settings.authQuery,
                query -> role -> {
                    if (verifiersUnavailable) {
                        throw new IllegalStateException("no server can be asked");
                    }
                    return current().primary().isPresent() ? query.fetch(role) : first.fetch(role);
                },
                caching);
        this.routes = home.routes;
        GatewaySettings gateway = new GatewaySettings(
                new GatewayId("gateway1"),
                "127.0.0.1",
                ports,
                settings.sockets,
                settings.transport,
                settings.loops,
                settings.sessions());
        server = new GatewayServer(
                gateway,
                home.access(),
                new SecureRandom(),
                new ConsoleSetup(
                        () -> new ConsoleSettings(
                                Set.of(PostgresFixture.USER),
                                Set.of("reports"),
                                "test",
                                settings.maxClients,
                                new TreeMap<>()),
                        InstantSource.system(),
                        System::nanoTime,
                        reloads::incrementAndGet));
        if (inPlaceOfAnother) {
            server.startInPlaceOfAnother();
        } else {
            server.start();
        }
        // The picture at the start counts as one more.
        routes.whenChanged(() -> await().pollInterval(Duration.ofMillis(1))
                .until(() -> server.counters().routeUpdates() >= (routes.changes() + 1L) * settings.loops));
    }

    private Routes current() {
        return routes.current();
    }

    /** What tests vary. Not changed once made: each method gives a changed copy. */
    public static final class Settings implements Cloneable {
        private int maxClients = 50;
        private Duration holdLimit = Duration.ofSeconds(10);
        private Duration loginTimeout = Duration.ofSeconds(10);
        private Transport.Preference transport = Transport.Preference.AUTOMATIC;
        private int loops = 1;
        private PoolingSettings pooling = PoolingSettings.USUAL;
        private Entrance access =
                new Entrance(Optional.empty(), AccessRules.scramForAll(), new FailedLogins(100, Duration.ofMinutes(1)));
        private ServerTls servers = ServerTls.OFF;
        private Optional<UnixSockets> sockets = Optional.empty();
        private String authQuery = VerifierQuery.USUAL;
        private SlowQuerySettings slowQueries = SlowQuerySettings.OFF;
        private ProxyTrust proxies = ProxyTrust.NOBODY;

        private Settings() {}

        public static Settings usual() {
            return new Settings();
        }

        private Settings with(Consumer<Settings> change) {
            try {
                Settings copy = (Settings) clone();
                change.accept(copy);
                return copy;
            } catch (CloneNotSupportedException e) {
                throw new AssertionError(e);
            }
        }

        public Settings sockets(Path directory) {
            return with(copy -> copy.sockets = Optional.of(new UnixSockets(directory, UnixSockets.USUAL_PERMISSIONS)));
        }

        public Settings asking(String question) {
            return with(copy -> copy.authQuery = question);
        }

        public Settings logging(SlowQuerySettings slow) {
            return with(copy -> copy.slowQueries = slow);
        }

        public Settings trusting(ProxyTrust trusted) {
            return with(copy -> copy.proxies = trusted);
        }

        public Settings holding(Duration limit) {
            return with(copy -> copy.holdLimit = limit);
        }

        public Settings clients(int limit) {
            return with(copy -> copy.maxClients = limit);
        }

        public Settings login(Duration limit) {
            return with(copy -> copy.loginTimeout = limit);
        }

        public Settings on(Transport.Preference preference) {
            return with(copy -> copy.transport = preference);
        }

        public Settings loops(int count) {
            return with(copy -> copy.loops = count);
        }

        public Settings pooling(PoolingSettings rules) {
            return with(copy -> copy.pooling = rules);
        }

        public Settings pooling(PoolRules rules) {
            return pooling(PoolingSettings.USUAL.usual(rules));
        }

        public Settings mode(PoolMode mode) {
            return pooling(PoolRules.USUAL.size(0, 50).mode(mode));
        }

        public Settings access(Entrance other) {
            return with(copy -> copy.access = other);
        }

        public Settings servers(ServerTls tls) {
            return with(copy -> copy.servers = tls);
        }

        private SessionSettings sessions() {
            return new SessionSettings(
                    new Cell("zone1"),
                    maxClients,
                    holdLimit,
                    loginTimeout,
                    Duration.ofSeconds(3),
                    pooling,
                    Bytes.of(new byte[] {1, 2, 3}),
                    access,
                    servers,
                    slowQueries,
                    proxies);
        }
    }

    /** In front of the first server. */
    public static TestGateway before(PostgresFixture postgres) {
        return before(postgres, Settings.usual());
    }

    public static TestGateway before(PostgresFixture postgres, Settings settings) {
        return before(postgres, settings, Optional.empty());
    }

    /** One that caches. */
    public static TestGateway caching(PostgresFixture postgres, Settings settings, CacheSettings caching) {
        return before(postgres, settings, Optional.of(caching));
    }

    private static TestGateway before(PostgresFixture postgres, Settings settings, Optional<CacheSettings> caching) {
        TestGateway gateway = new TestGateway(postgres, settings, FREE_PORTS, false, caching);
        gateway.routes.primary(postgres.first().backend());
        return gateway;
    }

    /** A second process, as it were, that takes the place of another one. */
    public static TestGateway inPlaceOf(TestGateway before, PostgresFixture postgres, Settings settings) {
        TestGateway gateway = new TestGateway(postgres, settings, before.ports(), true, Optional.empty());
        gateway.server.forwardCancels(before.server::cancel);
        gateway.server.control().restore(before.server.control().operatorState());
        gateway.routes.primary(postgres.first().backend());
        before.server.retire(true);
        return gateway;
    }

    /** Other settings, while it runs; returns once its event loops go by them. */
    public void reconfigure(Settings settings) {
        server.reconfigure(settings.sessions());
        server.control().report().join();
    }

    /** One that wants the ports of another and does not say that it takes its place. */
    public static TestGateway onPortsOf(TestGateway before, PostgresFixture postgres) {
        return new TestGateway(postgres, Settings.usual(), before.ports(), false, Optional.empty());
    }

    private Map<PortRole, Integer> ports() {
        Map<PortRole, Integer> ports = new EnumMap<>(PortRole.class);
        FREE_PORTS.keySet().forEach(role -> ports.put(role, port(role)));
        return ports;
    }

    public GatewayServer server() {
        return server;
    }

    /** What may be given again. */
    public QueryCache cache() {
        return home.cache();
    }

    /** What leads reads to replicas. */
    public ReadSplit split() {
        return home.split();
    }

    /** How often an operator asked for the configuration to be read again. */
    public int reloads() {
        return reloads.get();
    }

    public int port() {
        return port(PortRole.READ_WRITE);
    }

    public int port(PortRole role) {
        return server.address(role).getPort();
    }

    public String transport() {
        return server.transport();
    }

    /** Whether asking for a verifier fails. */
    public void verifiersUnavailable(boolean unavailable) {
        verifiersUnavailable = unavailable;
    }

    public SessionCounters.Snapshot counters() {
        return server.counters();
    }

    /** Kills all servers of the clients' role, and waits until the gateway has noticed. */
    public void killAll() {
        long before = counters().backendLosses();
        assertThat(postgres.first().killBackends("app")).isPositive();
        await().until(() -> counters().backendLosses() > before);
    }

    /** How many statements with this text run at the first server. */
    public int running(String text) {
        return postgres.first()
                .count("SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()"
                        + " AND query LIKE '%" + text + "%'");
    }

    public Connection connect() throws SQLException {
        return connect(Map.of());
    }

    public Connection connect(Map<String, String> options) throws SQLException {
        return connect(PortRole.READ_WRITE, options);
    }

    public Connection connect(PortRole role, Map<String, String> options) throws SQLException {
        Properties properties = new Properties();
        properties.put("user", PostgresFixture.USER);
        properties.put("password", PostgresFixture.PASSWORD);
        properties.putAll(options);
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port(role) + "/" + PostgresFixture.DATABASE, properties);
    }

    /** The console, which speaks the simple protocol. */
    public Connection console() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port() + "/howdah?preferQueryMode=simple",
                PostgresFixture.USER,
                PostgresFixture.PASSWORD);
    }

    @Override
    public void close() {
        server.close();
        home.close();
    }
}
