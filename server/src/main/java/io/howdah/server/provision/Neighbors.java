package io.howdah.server.provision;

import io.howdah.server.configuration.ClusterConfigurationFile;
import io.howdah.server.configuration.ClusterDirectory;
import io.howdah.server.configuration.ConfigurationException;
import io.howdah.server.provision.PortTable.Owner;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Other local clusters of this machine, found by their admin processes. Their ports count as taken before anybody listens
 * there, so that two clusters that start at the same time do not choose the same.
 */
final class Neighbors {
    private final ClusterDirectory self;
    private final ProcessTable processes;

    Neighbors(ClusterDirectory self, ProcessTable processes) {
        this.self = self;
        this.processes = processes;
    }

    Map<Integer, Owner> ports() {
        Map<Integer, Owner> ports = new HashMap<>();
        for (RunningProcess process : processes.all()) {
            List<String> line = process.commandLine();
            int main = line.indexOf(Component.MAIN_CLASS);
            boolean admin = main > 0
                    && line.size() == main + 4
                    && line.subList(main + 1, main + 3).equals(List.of("admin", "--dir"));
            if (admin) {
                ClusterDirectory other = new ClusterDirectory(Path.of(line.getLast()));
                if (!other.equals(self)) {
                    Owner owner =
                            new Owner(OptionalLong.of(process.identity().pid()), "the cluster in %s".formatted(other));
                    portsOf(other).forEach(port -> ports.put(port, owner));
                }
            }
        }
        return ports;
    }

    private static List<Integer> portsOf(ClusterDirectory other) {
        ClusterConfigurationFile file = new ClusterConfigurationFile(other);
        try {
            return file.exists() ? file.read().ports() : List.of();
        } catch (ConfigurationException e) {
            // A neighbor whose file is damaged, or not ours to read, reserves nothing.
            return List.of();
        }
    }
}
