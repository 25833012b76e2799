package io.howdah.server.provision;

import io.howdah.server.configuration.ClusterConfiguration;
import io.howdah.server.configuration.ClusterConfiguration.GatewayEntry;
import io.howdah.server.configuration.ClusterConfiguration.NodeEntry;
import io.howdah.server.configuration.ClusterDirectory;
import io.howdah.server.configuration.DatabaseRouting;
import io.howdah.server.configuration.GatewayConfiguration;
import io.howdah.server.configuration.NodeConfiguration;
import io.howdah.server.configuration.PeerEntry;
import io.howdah.server.provision.Component.Kind;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Derives from a cluster's configuration what each of its processes is told. Pure. */
final class ProcessConfigurations {
    private ProcessConfigurations() {}

    /**
     * What each process should be started with, in that order.
     *
     * @param realDataDirectory where the data stands, links resolved: PostgreSQL's user may not be able to follow them
     * @param newCluster whether no node has data yet, so that the first one must create it
     * @param databases that gateways serve from other clusters
     */
    static Map<Component, String> desired(
            ClusterConfiguration cluster,
            ClusterDirectory directory,
            Path realDataDirectory,
            Path postgresBinaries,
            Optional<Path> socketDirectory,
            boolean newCluster,
            DatabaseRouting databases) {
        Map<Component, String> desired = new LinkedHashMap<>();
        for (NodeEntry node : cluster.nodes()) {
            boolean bootstrap = newCluster
                    && cluster.standbyOf().isEmpty()
                    && node.equals(cluster.nodes().getFirst());
            String name = node.id().value();
            NodeConfiguration configuration = new NodeConfiguration(
                    cluster.name(),
                    cluster.id(),
                    node.id(),
                    node.cell(),
                    cluster.host(),
                    node.postgresPort(),
                    node.apiPort(),
                    realDataDirectory.resolve(name),
                    directory.logs(),
                    directory.run(),
                    socketDirectory,
                    postgresBinaries,
                    directory.secrets(),
                    bootstrap,
                    node.fencedBelow(),
                    cluster.standbyOf(),
                    peers(cluster));
            desired.put(component(name, Kind.NODE, directory), configuration.toYaml());
        }
        desired.putAll(gateways(cluster, directory, databases));
        return desired;
    }

    private static List<PeerEntry> peers(ClusterConfiguration cluster) {
        return cluster.nodes().stream()
                .map(node -> new PeerEntry(node.id(), cluster.host(), node.apiPort(), node.tags()))
                .toList();
    }

    /** The same for the gateways only, which need not know where PostgreSQL is. */
    static Map<Component, String> gateways(
            ClusterConfiguration cluster, ClusterDirectory directory, DatabaseRouting databases) {
        Map<Component, String> desired = new LinkedHashMap<>();
        for (GatewayEntry gateway : cluster.gateways()) {
            GatewayConfiguration configuration = new GatewayConfiguration(
                    cluster.name(),
                    cluster.id(),
                    gateway.id(),
                    gateway.cell(),
                    cluster.host(),
                    gateway.ports(),
                    directory.run(),
                    directory.secrets(),
                    peers(cluster),
                    cluster.pooling(),
                    cluster.access(),
                    cluster.serving(),
                    cluster.cache(),
                    cluster.virtualAddress(gateway),
                    databases);
            desired.put(component(gateway.id().value(), Kind.GATEWAY, directory), configuration.toYaml());
        }
        return desired;
    }

    private static Component component(String name, Kind kind, ClusterDirectory directory) {
        return new Component(name, kind, directory.processConfiguration(name));
    }
}
