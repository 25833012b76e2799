package io.howdah.server.assembly;

import io.howdah.gateway.GatewayServer;
import io.howdah.gateway.GatewaySettings;
import io.howdah.gateway.Transport;
import io.howdah.gateway.balance.BalanceSettings;
import io.howdah.gateway.balance.PositionQuery;
import io.howdah.gateway.balance.PositionWatch;
import io.howdah.gateway.balance.ReadSplit;
import io.howdah.gateway.classify.CatalogQuery;
import io.howdah.gateway.classify.NameTables;
import io.howdah.gateway.console.ConsoleSettings;
import io.howdah.gateway.console.ConsoleSetup;
import io.howdah.gateway.login.AccessRules;
import io.howdah.gateway.login.CachedVerifiers;
import io.howdah.gateway.login.Entrance;
import io.howdah.gateway.login.FailedLogins;
import io.howdah.gateway.login.VerifierQuery;
import io.howdah.gateway.pool.PoolMode;
import io.howdah.gateway.pool.PoolRules;
import io.howdah.gateway.pool.PoolingSettings;
import io.howdah.gateway.route.PortRole;
import io.howdah.gateway.session.SessionSettings;
import io.howdah.gateway.tls.ClientTls;
import io.howdah.gateway.tls.ServerTls;
import io.howdah.postgres.client.Credential;
import io.howdah.postgres.wire.Bytes;
import io.howdah.server.configuration.AccessConfiguration;
import io.howdah.server.configuration.FileWatch;
import io.howdah.server.configuration.GatewayConfiguration;
import io.howdah.server.configuration.PidFile;
import io.howdah.server.configuration.PoolingConfiguration;
import io.howdah.server.configuration.Secrets;
import io.howdah.server.gateway.GatewayMetrics;
import io.howdah.server.gateway.StatusRoutes;
import io.howdah.server.gateway.Succession;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/** A gateway: learns the leader from the nodes' status streams and roles' verifiers from PostgreSQL; asks nobody else. */
public final class GatewayAssembly {
    /** The gateway's own role, and the database where its functions are. */
    private static final String ROLE = "howdah_gateway";

    private static final String DATABASE = "postgres";
    /** Who may use the console. */
    private static final Set<String> ADMIN_USERS = Set.of("postgres");

    private static final int MAX_CLIENTS = 1000;
    private static final Duration HOLD_LIMIT = Duration.ofSeconds(10);
    private static final Duration LOGIN_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final int FAILED_LOGINS = 10;
    private static final Duration FAILED_LOGIN_WINDOW = Duration.ofMinutes(1);
    private static final Duration VERIFIER_FRESH = Duration.ofSeconds(5);

    private GatewayAssembly() {}

    /**
     * Starts the gateway that the file describes; where a process of it runs already, in its place.
     *
     * @param exit ends this process once another one has taken its place
     */
    public static Running start(Path file, Runnable exit) {
        GatewayConfiguration configuration = GatewayConfiguration.read(file);
        Secrets secrets = Secrets.read(configuration.secrets());
        String component = configuration.gateway().value();
        PidFile pidFile = new PidFile(configuration.runDirectory().resolve(component + ".pid"), component);

        StatusRoutes routes = new StatusRoutes(Succession.reader(configuration.gateway()), secrets.peerSecret());
        Credential credential = new Credential.Password(secrets.gatewayPassword());
        Executor blocking = Executors.newVirtualThreadPerTaskExecutor();
        CachedVerifiers verifiers = new CachedVerifiers(
                new VerifierQuery(routes::current, ROLE, DATABASE, credential),
                blocking,
                System::nanoTime,
                VERIFIER_FRESH);
        PositionWatch positions = new PositionWatch(new PositionQuery(ROLE, DATABASE, credential), System::nanoTime);
        NameTables names =
                new NameTables(new CatalogQuery(routes::current, ROLE, credential), blocking, System::nanoTime);
        Entrance access = access(configuration.access());
        ServerTls servers = ServerTls.load(
                ServerTls.Mode.valueOf(configuration.access().servers().name()),
                configuration.access().serverAuthority());
        ReadSplit split = new ReadSplit(names, positions, BalanceSettings.USUAL);
        GatewayServer server = new GatewayServer(
                settings(configuration, secrets, access, servers),
                routes,
                verifiers,
                new SecureRandom(),
                Optional.of(split),
                console(configuration, () -> follow(file, routes)));
        routes.follow(configuration.clusterId(), configuration.nodes());
        Succession succession = new Succession(
                new Succession.Place(
                        configuration.gateway(),
                        configuration.host(),
                        configuration.ports().http(),
                        pidFile),
                secrets.peerSecret(),
                server,
                split,
                new GatewayMetrics(
                        configuration.clusterName(),
                        configuration.cell().value(),
                        configuration.gateway().value(),
                        server.control(),
                        server::counters),
                () -> "",
                exit);
        succession.start(() -> routes.current().primary().isPresent());
        List<FileWatch> watches = new ArrayList<>(watches(configuration.access(), access, servers));
        watches.add(FileWatch.start(file, () -> follow(file, routes)));
        return () -> {
            watches.forEach(FileWatch::close);
            succession.close();
            server.close();
            positions.close();
            routes.close();
            pidFile.removeCurrent();
        };
    }

    private static Entrance access(AccessConfiguration given) {
        Optional<ClientTls> tls = given.certificate()
                .flatMap(certificate -> given.key()
                        .map(key -> ClientTls.load(new ClientTls.Paths(certificate, key, given.clientAuthority()))));
        AccessRules rules = given.hbaFile().map(AccessRules::load).orElseGet(AccessRules::scramForAll);
        return new Entrance(tls, rules, new FailedLogins(FAILED_LOGINS, FAILED_LOGIN_WINDOW));
    }

    /** Certificates and rules may be exchanged while the gateway runs; what cannot be used is logged and changes nothing. */
    private static List<FileWatch> watches(AccessConfiguration given, Entrance access, ServerTls servers) {
        List<FileWatch> watches = new ArrayList<>();
        access.tls()
                .ifPresent(tls -> Stream.of(given.certificate(), given.key(), given.clientAuthority())
                        .flatMap(Optional::stream)
                        .forEach(path -> watches.add(FileWatch.start(path, tls::reload))));
        given.hbaFile().ifPresent(path -> watches.add(FileWatch.start(path, access.rules()::reload)));
        given.serverAuthority().ifPresent(path -> watches.add(FileWatch.start(path, servers::reload)));
        return watches;
    }

    /** What of the file takes effect while the gateway runs. */
    private static void follow(Path file, StatusRoutes routes) {
        GatewayConfiguration now = GatewayConfiguration.read(file);
        routes.follow(now.clusterId(), now.nodes());
    }

    private static ConsoleSetup console(GatewayConfiguration configuration, Runnable reload) {
        SequencedMap<String, String> shown = new LinkedHashMap<>();
        shown.put("gateway", configuration.gateway().value());
        shown.put("cell", configuration.cell().value());
        shown.put("cluster_name", configuration.clusterName());
        shown.put("host", configuration.host());
        shown.put("auto_port", "" + configuration.ports().auto());
        shown.put("read_write_port", "" + configuration.ports().readWrite());
        shown.put("read_only_port", "" + configuration.ports().readOnly());
        shown.put("http_port", "" + configuration.ports().http());
        shown.put("max_client_conn", "" + MAX_CLIENTS);
        shown.put("hold_limit_ms", "" + HOLD_LIMIT.toMillis());
        return new ConsoleSetup(
                new ConsoleSettings(ADMIN_USERS, System.getProperty("howdah.version", "unknown"), MAX_CLIENTS, shown),
                InstantSource.system(),
                System::nanoTime,
                reload);
    }

    private static GatewaySettings settings(
            GatewayConfiguration configuration, Secrets secrets, Entrance access, ServerTls servers) {
        return new GatewaySettings(
                configuration.gateway(),
                configuration.host(),
                Map.of(
                        PortRole.AUTO,
                        configuration.ports().auto(),
                        PortRole.READ_WRITE,
                        configuration.ports().readWrite(),
                        PortRole.READ_ONLY,
                        configuration.ports().readOnly()),
                Transport.Preference.AUTOMATIC,
                GatewaySettings.defaultEventLoops(Runtime.getRuntime().availableProcessors()),
                new SessionSettings(
                        configuration.cell(),
                        MAX_CLIENTS,
                        HOLD_LIMIT,
                        LOGIN_TIMEOUT,
                        CONNECT_TIMEOUT,
                        pooling(configuration.pooling()),
                        mockSecret(secrets),
                        access,
                        servers));
    }

    private static PoolingSettings pooling(PoolingConfiguration given) {
        return new PoolingSettings(
                rules(given.rules()),
                given.exceptions().stream()
                        .map(each -> new PoolingSettings.Exemption(each.database(), each.role(), rules(each.rules())))
                        .toList(),
                given.clientsPerRole().orElse(PoolingSettings.USUAL.clientsPerRole()),
                given.clientsPerDatabase().orElse(PoolingSettings.USUAL.clientsPerDatabase()),
                given.preparedStatements().orElse(PoolingSettings.USUAL.preparedStatements()),
                given.weakerCommit());
    }

    private static PoolRules rules(PoolingConfiguration.Rules given) {
        PoolMode mode = switch (given.mode()) {
            case TRANSACTION -> PoolMode.TRANSACTION;
            case SESSION -> PoolMode.SESSION;
            case STATEMENT -> PoolMode.STATEMENT;
        };
        PoolRules usual = PoolRules.USUAL;
        return new PoolRules(
                mode,
                given.maximum().orElse(usual.maximum()),
                given.minimum().orElse(usual.minimum()),
                given.reserve().orElse(usual.reserve()),
                millis(given.reserveAfterMillis(), usual.reserveAfter()),
                millis(given.waitMillis(), usual.waitLimit()),
                millis(given.lifetimeMillis(), usual.lifetime()),
                millis(given.idleMillis(), usual.idle()));
    }

    private static Duration millis(Optional<Integer> given, Duration usual) {
        return given.map(Duration::ofMillis).orElse(usual);
    }

    /** The same on every gateway of a cluster, and nothing that a client could compute. */
    private static Bytes mockSecret(Secrets secrets) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update("unknown roles".getBytes(StandardCharsets.UTF_8));
            return Bytes.of(digest.digest(secrets.gatewayPassword().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
