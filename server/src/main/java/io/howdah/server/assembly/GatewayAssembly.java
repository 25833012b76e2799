package io.howdah.server.assembly;

import io.howdah.gateway.GatewayServer;
import io.howdah.gateway.GatewaySettings;
import io.howdah.gateway.Transport;
import io.howdah.gateway.balance.BalanceSettings;
import io.howdah.gateway.balance.PositionQuery;
import io.howdah.gateway.balance.PositionWatch;
import io.howdah.gateway.balance.ReadSplit;
import io.howdah.gateway.cache.QueryCache;
import io.howdah.gateway.classify.CatalogQuery;
import io.howdah.gateway.classify.NameTables;
import io.howdah.gateway.console.ConsoleSetup;
import io.howdah.gateway.login.CachedVerifiers;
import io.howdah.gateway.login.VerifierQuery;
import io.howdah.gateway.route.PortRole;
import io.howdah.gateway.service.ServiceConnector;
import io.howdah.gateway.session.ClusterAccess;
import io.howdah.kernel.model.GatewayId;
import io.howdah.server.address.AddressAgent;
import io.howdah.server.address.AddressUser;
import io.howdah.server.configuration.CarriedAddress;
import io.howdah.server.configuration.GatewayConfiguration;
import io.howdah.server.configuration.PidFile;
import io.howdah.server.configuration.Secrets;
import io.howdah.server.gateway.GatewayMetrics;
import io.howdah.server.gateway.StatusRoutes;
import io.howdah.server.gateway.Succession;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/** A gateway: learns the leader from the nodes' status streams and roles' verifiers from PostgreSQL; asks nobody else. */
public final class GatewayAssembly {
    /** Where the functions of the gateway's own role are. */
    private static final String DATABASE = "postgres";

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
        GatewayTuning tuning = new GatewayTuning(file, configuration, secrets);
        ServiceConnector servers = new ServiceConnector(
                GatewayOptions.account(secrets), () -> tuning.sessions().servers());
        Executor blocking = Executors.newVirtualThreadPerTaskExecutor();
        CachedVerifiers verifiers = new CachedVerifiers(
                new VerifierQuery(routes::current, servers, DATABASE, tuning::authQuery),
                blocking,
                System::nanoTime,
                VERIFIER_FRESH);
        PositionWatch positions = new PositionWatch(new PositionQuery(servers, DATABASE), System::nanoTime);
        NameTables names = new NameTables(new CatalogQuery(routes::current, servers), blocking, System::nanoTime);
        ReadSplit split = new ReadSplit(names, positions, BalanceSettings.USUAL);
        Optional<QueryCache> cache = CacheAssembly.of(configuration, servers, secrets, DATABASE);
        GatewayServer server = new GatewayServer(
                settings(configuration, tuning),
                new ClusterAccess(
                        configuration.clusterName(),
                        routes,
                        verifiers,
                        Optional.of(split),
                        cache,
                        Optional.of(GatewayOptions.account(secrets))),
                new SecureRandom(),
                new ConsoleSetup(tuning::console, InstantSource.system(), System::nanoTime, tuning::reload));
        routes.follow(configuration.clusterId(), configuration.nodes());
        GatewayMetrics metrics = new GatewayMetrics(
                configuration.clusterName(),
                configuration.cell().value(),
                configuration.gateway().value(),
                server.control(),
                server::counters);
        Optional<AddressAgent> address = configuration
                .virtualAddress()
                .map(carried -> agent(carried, tuning, configuration.gateway(), secrets, server));
        metrics.show(() -> address.map(AddressAgent::view));
        Succession succession = new Succession(
                new Succession.Place(
                        configuration.gateway(),
                        configuration.host(),
                        configuration.ports().http(),
                        pidFile),
                secrets.peerSecret(),
                server,
                split,
                metrics,
                tuning::problem,
                exit);
        tuning.govern(server, split, routes);
        HangUp.handle(tuning::reloadQuietly);
        succession.start(() -> routes.current().primary().isPresent());
        address.ifPresent(AddressAgent::start);
        return () -> {
            tuning.close();
            address.ifPresent(AddressAgent::close);
            succession.close();
            server.close();
            positions.close();
            cache.ifPresent(QueryCache::close);
            routes.close();
            pidFile.removeCurrent();
        };
    }

    private static AddressAgent agent(
            CarriedAddress carried, GatewayTuning tuning, GatewayId gateway, Secrets secrets, GatewayServer server) {
        AddressUser user = new AddressUser() {
            @Override
            public void arrived(String address) {
                server.listenAlso(address);
            }

            @Override
            public void leaving(String address) {
                server.leave(address);
            }
        };
        return new AddressAgent(
                gateway, carried, () -> tuning.configuration().nodes(), secrets.peerSecret(), new SecureRandom(), user);
    }

    private static GatewaySettings settings(GatewayConfiguration configuration, GatewayTuning tuning) {
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
                LocalSockets.of(configuration),
                Transport.Preference.AUTOMATIC,
                GatewaySettings.defaultEventLoops(Runtime.getRuntime().availableProcessors()),
                tuning.sessions());
    }
}
