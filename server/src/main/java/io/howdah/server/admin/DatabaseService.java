package io.howdah.server.admin;

import io.howdah.server.configuration.ClusterConfiguration;
import io.howdah.server.configuration.ClusterDirectory;
import io.howdah.server.configuration.DatabaseRouting;
import io.howdah.server.topology.Topology;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What admin tells and changes about other clusters and the databases that are there. Safe from any thread. */
final class DatabaseService {
    private final ClusterService service;
    private final ClusterDirectory directory;
    private final Supplier<Topology> topology;

    DatabaseService(ClusterService service, ClusterDirectory directory, Supplier<Topology> topology) {
        this.service = service;
        this.directory = directory;
        this.topology = topology;
    }

    Operation add(OperationRequest.ClusterAdd request) {
        return service.change(
                OperationKind.CLUSTER_ADD,
                request,
                cluster -> Optional.of(operations(cluster).add(request)));
    }

    Operation remove(OperationRequest.ClusterRemove request) {
        return service.change(
                OperationKind.CLUSTER_REMOVE,
                request,
                cluster -> Optional.of(operations(cluster).remove(request)));
    }

    Operation route(OperationRequest.DatabaseRoute request) {
        return service.change(
                OperationKind.DATABASE_ROUTE,
                request,
                cluster -> Optional.of(operations(cluster).route(request)));
    }

    Operation unroute(OperationRequest.DatabaseUnroute request) {
        return service.change(
                OperationKind.DATABASE_UNROUTE,
                request,
                cluster -> Optional.of(operations(cluster).unroute(request)));
    }

    private DatabaseOperations operations(Lifecycle cluster) {
        return new DatabaseOperations(cluster, directory.links());
    }

    /** The databases that are not simply in this cluster. */
    ObjectNode databases() {
        ClusterConfiguration own = service.requireCluster();
        ObjectNode document = Json.object().put("cluster", own.name());
        ArrayNode list = document.putArray("databases");
        routing(own)
                .databases()
                .forEach(database -> list.addObject()
                        .put("name", database.name())
                        .put("cluster", database.cluster())
                        .put("name_there", database.nameThere()));
        return document;
    }

    /** This cluster and those that were made known to it. */
    ObjectNode clusters() {
        ClusterConfiguration own = service.requireCluster();
        ObjectNode document = Json.object();
        ArrayNode list = document.putArray("clusters");
        ObjectNode first = list.addObject()
                .put("name", own.name())
                .put("id", own.id().value())
                .put("own", true);
        ArrayNode nodes = first.putArray("nodes");
        own.nodes().forEach(node -> nodes.add("%s=%s:%d".formatted(node.id(), own.host(), node.apiPort())));
        routing(own).clusters().forEach(cluster -> {
            ObjectNode other = list.addObject()
                    .put("name", cluster.name())
                    .put("id", cluster.id().value())
                    .put("own", false);
            ArrayNode theirs = other.putArray("nodes");
            cluster.nodes().forEach(node -> theirs.add("%s=%s:%d".formatted(node.node(), node.host(), node.apiPort())));
        });
        return document;
    }

    private DatabaseRouting routing(ClusterConfiguration own) {
        return topology.get().databases(own.name()).routing();
    }
}
