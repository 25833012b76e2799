package io.howdah.server.configuration;

import io.howdah.kernel.model.Cell;
import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.GatewayId;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeTags;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;

/**
 * What {@code howdah.yaml} says: which nodes and gateways a local cluster has and where they listen.
 *
 * @param name what people call the cluster
 * @param id what its nodes know it by
 * @param host the loopback address that everything binds
 * @param postgresBinaries the directory with {@code postgres} and {@code initdb}; empty means to look for it
 * @param adminPort where the Admin API listens
 * @param retired the names of nodes that were removed: one that came back under its old name without its old promise
 *     could vote twice
 * @param pooling how all its gateways share connections
 * @param access how clients come in through them
 * @param serving their limits, and who may look into them
 * @param cache what they cache
 * @param virtualAddresses addresses that one of its gateways at a time carries
 * @param standbyOf the server of another cluster that this one follows; absent for a cluster in its own right
 */
public record ClusterConfiguration(
        String name,
        ClusterId id,
        String host,
        String postgresBinaries,
        int adminPort,
        List<NodeEntry> nodes,
        List<GatewayEntry> gateways,
        List<NodeId> retired,
        PoolingConfiguration pooling,
        AccessConfiguration access,
        ServingConfiguration serving,
        CacheConfiguration cache,
        List<VirtualAddressEntry> virtualAddresses,
        Optional<RemotePrimary> standbyOf) {
    public ClusterConfiguration {
        virtualAddresses = List.copyOf(virtualAddresses);
        nodes = List.copyOf(nodes);
        gateways = List.copyOf(gateways);
        retired = List.copyOf(retired);
    }

    public ClusterConfiguration(
            String name,
            ClusterId id,
            String host,
            String postgresBinaries,
            int adminPort,
            List<NodeEntry> nodes,
            List<GatewayEntry> gateways) {
        this(
                name,
                id,
                host,
                postgresBinaries,
                adminPort,
                nodes,
                gateways,
                List.of(),
                PoolingConfiguration.USUAL,
                AccessConfiguration.USUAL,
                ServingConfiguration.USUAL,
                CacheConfiguration.USUAL,
                List.of(),
                Optional.empty());
    }

    /**
     * One PostgreSQL instance and the process beside it.
     *
     * @param tags what its operator wishes of it
     * @param fencedBelow set when the cluster has gone on without it, in this term, by an operator's decision
     */
    public record NodeEntry(
            NodeId id, Cell cell, int postgresPort, int apiPort, NodeTags tags, OptionalLong fencedBelow) {
        public NodeEntry(NodeId id, Cell cell, int postgresPort, int apiPort) {
            this(id, cell, postgresPort, apiPort, NodeTags.NONE, OptionalLong.empty());
        }

        public NodeEntry withTags(NodeTags changed) {
            return new NodeEntry(id, cell, postgresPort, apiPort, changed, fencedBelow);
        }

        public NodeEntry withFence(OptionalLong term) {
            return new NodeEntry(id, cell, postgresPort, apiPort, tags, term);
        }
    }

    /** One gateway process. */
    public record GatewayEntry(GatewayId id, Cell cell, GatewayPorts ports) {}

    /**
     * The ports of a gateway.
     *
     * @param auto reads to standbys, all else to the leader
     * @param readWrite always the leader
     * @param readOnly always a standby if there is one
     * @param http what it says of itself to those who watch it
     */
    public record GatewayPorts(int auto, int readWrite, int readOnly, int http) {
        private static final int USUAL_HTTP_OFFSET = 3;

        /** With the usual port for those who watch. */
        public GatewayPorts(int auto, int readWrite, int readOnly) {
            this(auto, readWrite, readOnly, usualHttp(auto));
        }

        static int usualHttp(int auto) {
            return auto + USUAL_HTTP_OFFSET;
        }
    }

    /** The same cluster with each port replaced by what the function makes of it. */
    public ClusterConfiguration withPorts(IntUnaryOperator moved) {
        return new ClusterConfiguration(
                name,
                id,
                host,
                postgresBinaries,
                moved.applyAsInt(adminPort),
                nodes.stream()
                        .map(node -> new NodeEntry(
                                node.id(),
                                node.cell(),
                                moved.applyAsInt(node.postgresPort()),
                                moved.applyAsInt(node.apiPort()),
                                node.tags(),
                                node.fencedBelow()))
                        .toList(),
                gateways.stream()
                        .map(gateway -> new GatewayEntry(
                                gateway.id(),
                                gateway.cell(),
                                new GatewayPorts(
                                        moved.applyAsInt(gateway.ports().auto()),
                                        moved.applyAsInt(gateway.ports().readWrite()),
                                        moved.applyAsInt(gateway.ports().readOnly()),
                                        moved.applyAsInt(gateway.ports().http()))))
                        .toList(),
                retired,
                pooling,
                access,
                serving,
                cache,
                virtualAddresses,
                standbyOf);
    }

    /** The same cluster, following another one or none. */
    public ClusterConfiguration following(Optional<RemotePrimary> remote) {
        return new ClusterConfiguration(
                name,
                id,
                host,
                postgresBinaries,
                adminPort,
                nodes,
                gateways,
                retired,
                pooling,
                access,
                serving,
                cache,
                virtualAddresses,
                remote);
    }

    /** The same cluster with other nodes and gateways. */
    public ClusterConfiguration with(List<NodeEntry> changedNodes, List<GatewayEntry> changedGateways) {
        return new ClusterConfiguration(
                name,
                id,
                host,
                postgresBinaries,
                adminPort,
                changedNodes,
                changedGateways,
                retired,
                pooling,
                access,
                serving,
                cache,
                virtualAddresses,
                standbyOf);
    }

    /** The same cluster with one of its nodes changed. */
    public ClusterConfiguration withNode(NodeEntry changed) {
        return with(
                nodes.stream()
                        .map(node -> node.id().equals(changed.id()) ? changed : node)
                        .toList(),
                gateways);
    }

    /** The same cluster without a node, whose name is never used again. */
    public ClusterConfiguration without(NodeId leaving) {
        List<NodeId> left = new ArrayList<>(retired);
        left.add(leaving);
        return new ClusterConfiguration(
                name,
                id,
                host,
                postgresBinaries,
                adminPort,
                nodes.stream().filter(node -> !node.id().equals(leaving)).toList(),
                gateways,
                left,
                pooling,
                access,
                serving,
                cache,
                virtualAddresses,
                standbyOf);
    }

    public Optional<NodeEntry> node(NodeId wanted) {
        return nodes.stream().filter(node -> node.id().equals(wanted)).findFirst();
    }

    /** The virtual address that a gateway may carry. */
    public Optional<CarriedAddress> virtualAddress(GatewayEntry gateway) {
        return virtualAddresses.stream()
                .filter(entry -> entry.concerns(gateway))
                .map(entry -> new CarriedAddress(entry.address(), entry.priority(gateway.id())))
                .findFirst();
    }

    /** Every port of the cluster, in the order of the file. */
    public List<Integer> ports() {
        List<Integer> ports = new ArrayList<>();
        withPorts(port -> {
            ports.add(port);
            return port;
        });
        return ports;
    }

    /** Whether losing one node leaves a majority. */
    public boolean canFailOver() {
        return nodes.size() >= 3;
    }

    String toYaml() {
        YamlText yaml = new YamlText()
                .comment("This local cluster. Edit it while the cluster is down; 'howdah up' reads it.")
                .comment("The groups pooling, access and serving may change while it runs: 'howdah gateway reload'.")
                .comment("Passwords are in secrets.yaml.")
                .line("name", name)
                .line("id", id.value())
                .line("host", host)
                .comment("The directory with postgres and initdb; when empty, PATH and the usual places are searched.")
                .line("postgres_binaries", postgresBinaries)
                .open("admin")
                .line("  port", adminPort);
        pooling.write(yaml);
        access.write(yaml);
        serving.write(yaml);
        cache.write(yaml);
        if (!virtualAddresses.isEmpty()) {
            yaml.open("virtual_addresses");
            virtualAddresses.forEach(entry -> entry.write(yaml));
        }
        yaml.open("nodes");
        for (NodeEntry node : nodes) {
            yaml.line("  - id", node.id().value())
                    .line("    cell", node.cell().value())
                    .line("    postgres_port", node.postgresPort())
                    .line("    api_port", node.apiPort());
            if (!node.tags().equals(NodeTags.NONE)) {
                yaml.line("    tags", node.tags().toString());
            }
            node.fencedBelow().ifPresent(term -> yaml.line("    fenced_below", "term " + term));
        }
        yaml.open("gateways");
        for (GatewayEntry gateway : gateways) {
            yaml.line("  - id", gateway.id().value())
                    .line("    cell", gateway.cell().value())
                    .line("    auto", gateway.ports().auto())
                    .line("    read_write", gateway.ports().readWrite())
                    .line("    read_only", gateway.ports().readOnly())
                    .line("    http", gateway.ports().http());
        }
        if (!retired.isEmpty()) {
            yaml.comment("Nodes that were removed; their names are not used again.")
                    .line("retired", retired.stream().map(NodeId::value).collect(Collectors.joining(" ")));
        }
        standbyOf.ifPresent(remote -> yaml.comment("All data comes from there; 'howdah cluster promote' ends that.")
                .line("standby_of", remote.toString()));
        return yaml.toString();
    }
}
