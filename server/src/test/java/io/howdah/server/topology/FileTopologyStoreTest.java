package io.howdah.server.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.howdah.kernel.model.Cell;
import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.GatewayId;
import io.howdah.kernel.model.NodeId;
import io.howdah.server.configuration.ClusterConfiguration;
import io.howdah.server.configuration.ClusterConfiguration.GatewayEntry;
import io.howdah.server.configuration.ClusterConfiguration.GatewayPorts;
import io.howdah.server.configuration.ClusterConfiguration.NodeEntry;
import io.howdah.server.configuration.DatabaseRouting;
import io.howdah.server.configuration.LinkedCluster;
import io.howdah.server.configuration.PeerEntry;
import io.howdah.server.configuration.RoutedDatabase;
import io.howdah.server.topology.TopologyStore.Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileTopologyStoreTest extends TopologyStoreContract {
    @TempDir
    private Path directory;

    @Override
    TopologyStore open() {
        return FileTopologyStore.open(directory.resolve("topology.json"));
    }

    @Test
    void aDamagedFileIsRefusedAndLeftAsItIs() throws Exception {
        Path file = directory.resolve("damaged.json");
        try (TopologyStore store = FileTopologyStore.open(file)) {
            store.put("/cells/zone1", "{}", TopologyStore.ABSENT);
        }
        String damaged = Files.readString(file).replace("zone1", "zone2");
        Files.writeString(file, damaged);
        TopologyStoreException thrown =
                catchThrowableOfType(TopologyStoreException.class, () -> FileTopologyStore.open(file));
        assertThat(thrown).hasMessageContaining("checksum");
        assertThat(thrown.hint()).contains("move it aside");
        assertThat(file).hasContent(damaged);
    }

    @Test
    void anEmptyFileIsRefused() throws Exception {
        Path file = Files.createFile(directory.resolve("empty.json"));
        assertThatThrownBy(() -> FileTopologyStore.open(file)).isInstanceOf(TopologyStoreException.class);
    }

    @Test
    void aWriteThatFailsChangesNothing() throws Exception {
        Path file = directory.resolve("blocked.json");
        try (TopologyStore store = FileTopologyStore.open(file)) {
            Entry entry = store.put("/cells/zone1", "1", TopologyStore.ABSENT);
            Files.createDirectories(directory.resolve(".blocked.json.new").resolve("in the way"));
            assertThatThrownBy(() -> store.put("/cells/zone1", "2", entry.version()))
                    .isInstanceOf(TopologyStoreException.class);
            assertThat(store.get("/cells/zone1")).contains(entry);
        }
    }

    @Test
    void aConfigurationIsRecordedAndNodesThatLeftAreForgotten() {
        try (TopologyStore store = open()) {
            Topology topology = new Topology(store);
            topology.record(configuration(3));
            List<Entry> first = store.list("/");
            assertThat(first)
                    .extracting(Entry::key)
                    .containsExactly(
                            "/cells/zone1",
                            "/clusters/local",
                            "/clusters/local/databases/postgres",
                            "/clusters/local/gateways/gateway1",
                            "/clusters/local/nodes/node1",
                            "/clusters/local/nodes/node2",
                            "/clusters/local/nodes/node3");
            topology.record(configuration(3));
            assertThat(store.list("/"))
                    .as("nothing differs, nothing is written")
                    .isEqualTo(first);
            topology.record(configuration(1));
            assertThat(store.list("/clusters/local/nodes/"))
                    .extracting(Entry::key)
                    .containsExactly("/clusters/local/nodes/node1");
        }
    }

    @Test
    void otherClustersAndRoutesOutliveTheConfiguration() {
        LinkedCluster shops = new LinkedCluster(
                "shops",
                new ClusterId("fedcba9876543210"),
                Path.of("/x/links/shops.yaml"),
                List.of(new PeerEntry(new NodeId("node1"), "10.0.0.7", 5451)));
        RoutedDatabase shop = new RoutedDatabase("shop", "shops", "the \"shop\"");
        Path file = directory.resolve("kept.json");
        try (TopologyStore store = FileTopologyStore.open(file)) {
            Topology topology = new Topology(store);
            topology.record(configuration(3));
            DatabaseDirectory databases = topology.databases("local");
            assertThat(databases.routing()).isEqualTo(DatabaseRouting.NONE);
            databases.put(shops);
            databases.put(new RoutedDatabase("shop", "local", "shop"));
            databases.put(shop);
            topology.record(configuration(1));
        }
        try (TopologyStore store = FileTopologyStore.open(file)) {
            DatabaseDirectory databases = new Topology(store).databases("local");
            assertThat(databases.routing()).isEqualTo(new DatabaseRouting(List.of(shops), List.of(shop)));
            databases.removeDatabase("shop");
            databases.removeDatabase("shop");
            databases.removeCluster("shops");
            assertThat(databases.routing()).isEqualTo(DatabaseRouting.NONE);
        }
    }

    private static ClusterConfiguration configuration(int nodes) {
        return new ClusterConfiguration(
                "local",
                new ClusterId("0123456789abcdef"),
                "127.0.0.1",
                "",
                7654,
                java.util.stream.IntStream.rangeClosed(1, nodes)
                        .mapToObj(i -> new NodeEntry(new NodeId("node" + i), new Cell("zone1"), 5440 + i, 5450 + i))
                        .toList(),
                List.of(new GatewayEntry(
                        new GatewayId("gateway1"), new Cell("zone1"), new GatewayPorts(6432, 6433, 6434))));
    }
}
