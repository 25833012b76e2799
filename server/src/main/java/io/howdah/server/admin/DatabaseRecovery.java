package io.howdah.server.admin;

import io.howdah.server.configuration.ClusterConfiguration.GatewayEntry;
import io.howdah.server.configuration.ClusterConfigurationFile;
import io.howdah.server.configuration.ClusterDirectory;
import io.howdah.server.configuration.ConfigurationException;
import io.howdah.server.configuration.DatabaseRouting;
import io.howdah.server.configuration.GatewayConfiguration;
import io.howdah.server.topology.DatabaseDirectory;
import io.howdah.server.topology.Topology;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where databases are, as the topology says; a topology that was lost is filled again from what the gateways go by. Otherwise clients of
 * a database that has moved would be led back to where it was.
 */
final class DatabaseRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseRecovery.class);

    private DatabaseRecovery() {}

    static DatabaseRouting routing(Topology topology, ClusterDirectory directory, String cluster) {
        DatabaseDirectory databases = topology.databases(cluster);
        if (!databases.isRecorded()) {
            DatabaseRouting remembered = remembered(directory);
            remembered.clusters().forEach(databases::put);
            remembered.databases().forEach(databases::put);
            if (!remembered.equals(DatabaseRouting.NONE)) {
                LOG.warn("the topology did not know where databases are; it was filled again from the gateways' files");
            }
        }
        return databases.routing();
    }

    /** What the gateways' own files say; they all say the same. */
    private static DatabaseRouting remembered(ClusterDirectory directory) {
        ClusterConfigurationFile file = new ClusterConfigurationFile(directory);
        if (!file.exists()) {
            return DatabaseRouting.NONE;
        }
        for (GatewayEntry gateway : file.read().gateways()) {
            Path own = directory.processConfiguration(gateway.id().value());
            try {
                if (Files.exists(own)) {
                    return GatewayConfiguration.read(own).databases();
                }
            } catch (ConfigurationException e) {
                LOG.warn("{}", e.getMessage());
            }
        }
        return DatabaseRouting.NONE;
    }
}
