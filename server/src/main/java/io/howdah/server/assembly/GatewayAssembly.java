package io.howdah.server.assembly;

import io.howdah.gateway.GatewayServer;
import io.howdah.gateway.GatewaySettings;
import io.howdah.gateway.Transport;
import io.howdah.gateway.console.ConsoleSetup;
import io.howdah.gateway.route.PortRole;
import io.howdah.kernel.model.GatewayId;
import io.howdah.server.address.AddressAgent;
import io.howdah.server.address.AddressUser;
import io.howdah.server.configuration.CarriedAddress;
import io.howdah.server.configuration.GatewayConfiguration;
import io.howdah.server.configuration.PidFile;
import io.howdah.server.configuration.Secrets;
import io.howdah.server.gateway.GatewayMetrics;
import io.howdah.server.gateway.Succession;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/**
 * A gateway: learns the leader from the nodes' status streams and roles' verifiers from PostgreSQL; asks nobody else. The other clusters
 * whose databases it serves are followed in the same way.
 */
public final class GatewayAssembly {
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

        GatewayTuning tuning = new GatewayTuning(file, configuration, secrets);
        Executor blocking = Executors.newVirtualThreadPerTaskExecutor();
        ReachedCluster home = new ReachedCluster(
                configuration.clusterName(),
                Succession.reader(configuration.gateway()),
                secrets.peerSecret(),
                GatewayOptions.account(secrets.gatewayPassword()),
                () -> tuning.sessions().servers(),
                tuning::authQuery,
                servers -> Optional.of(CacheAssembly.create(configuration, servers, secrets, ReachedCluster.DATABASE)),
                blocking);
        GatewayServer server = new GatewayServer(
                settings(configuration, tuning),
                home.access(),
                new SecureRandom(),
                new ConsoleSetup(tuning::console, InstantSource.system(), System::nanoTime, tuning::reload));
        home.routes().follow(configuration.clusterId(), configuration.nodes());
        LinkedClusters others = new LinkedClusters(
                server, configuration, () -> tuning.sessions().servers(), blocking);
        others.arrange(configuration, tuning.sessions().holdLimit());
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
                home.split(),
                metrics,
                tuning::problem,
                exit);
        tuning.govern(server, home, others);
        HangUp.handle(tuning::reloadQuietly);
        succession.start(() -> home.routes().current().primary().isPresent());
        address.ifPresent(AddressAgent::start);
        return () -> {
            tuning.close();
            address.ifPresent(AddressAgent::close);
            succession.close();
            server.close();
            others.close();
            home.close();
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
