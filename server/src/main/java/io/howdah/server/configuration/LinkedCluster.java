package io.howdah.server.configuration;

import io.howdah.kernel.model.ClusterId;
import java.nio.file.Path;
import java.util.List;

/**
 * Another cluster, whose databases the gateways of this one may lead clients to.
 *
 * @param name by which this cluster knows it
 * @param secrets what its nodes and its PostgreSQL ask for, see {@link LinkSecrets}
 */
public record LinkedCluster(String name, ClusterId id, Path secrets, List<PeerEntry> nodes) {
    public LinkedCluster {
        nodes = List.copyOf(nodes);
    }

    static LinkedCluster read(MappingReader reader) {
        return new LinkedCluster(
                reader.text("cluster", ""),
                reader.value("cluster_id", new ClusterId("0000000000000000"), ClusterId::new),
                Path.of(reader.text("secrets", "")),
                reader.list("nodes", PeerEntry::read));
    }

    void write(YamlText yaml) {
        yaml.line("  - cluster", name)
                .line("    cluster_id", id.value())
                .line("    secrets", secrets.toString())
                .open("    nodes");
        nodes.forEach(node -> node.write(yaml, "    "));
    }
}
