package io.howdah.server.admin;

import io.howdah.server.configuration.ClusterConfiguration.GatewayEntry;
import io.howdah.server.configuration.DatabaseRouting;
import io.howdah.server.configuration.LinkedCluster;
import io.howdah.server.configuration.RoutedDatabase;
import io.howdah.server.http.GatewayProcess;
import io.howdah.server.http.HttpAnswer;
import io.howdah.server.http.UnreachableException;
import io.howdah.server.topology.DatabaseDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where databases are: writes it into the topology and tells the gateways. A database moves while it is paused on all of them, so that no
 * two clients ever use it at two places; if one gateway cannot follow, all stay as they were.
 */
final class DatabaseOperations {
    private static final Duration PAUSE_WITHIN = Duration.ofSeconds(10);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);
    private static final Duration ANSWER = Duration.ofSeconds(15);

    private final Lifecycle cluster;
    private final Path links;
    private final String home;
    private final DatabaseDirectory directory;

    /** @param links where the secrets of other clusters are kept */
    DatabaseOperations(Lifecycle cluster, Path links) {
        this.cluster = cluster;
        this.links = links;
        this.home = cluster.configuration().name();
        this.directory = cluster.databases();
    }

    /** Makes another cluster known, or known anew after its nodes have come and gone. */
    ObjectNode add(OperationRequest.ClusterAdd request) {
        ClusterLink link = ClusterLink.read(request, cluster.configuration());
        link.tryOut();
        cluster.tell(request.name(), "answers, and lets the gateways in");
        Path secrets = links.resolve(request.name() + ".yaml");
        createDirectory();
        link.secrets().write(secrets);
        Optional<LinkedCluster> before = find(request.name());
        LinkedCluster added = new LinkedCluster(request.name(), link.id(), secrets, link.nodes());
        List<GatewayEntry> gateways = running();
        change(
                gateways,
                () -> directory.put(added),
                () -> before.ifPresentOrElse(directory::put, () -> directory.removeCluster(request.name())));
        return Json.object()
                .put("cluster", added.name())
                .put("cluster_id", added.id().value());
    }

    ObjectNode remove(OperationRequest.ClusterRemove request) {
        LinkedCluster gone = requireLinked(request.name());
        List<String> databases = directory.routing().databases().stream()
                .filter(database -> database.cluster().equals(gone.name()))
                .map(RoutedDatabase::name)
                .toList();
        if (!databases.isEmpty()) {
            throw new OperationFailedException(
                    "Cluster %s is needed".formatted(gone.name()),
                    "clients of %s are led to it".formatted(String.join(", ", databases)),
                    "howdah database unroute " + databases.getFirst(),
                    "");
        }
        change(running(), () -> directory.removeCluster(gone.name()), () -> directory.put(gone));
        try {
            Files.deleteIfExists(gone.secrets());
        } catch (IOException e) {
            cluster.tell(gone.name(), "%s could not be removed: %s".formatted(gone.secrets(), e.getMessage()));
        }
        return Json.object().put("cluster", gone.name());
    }

    ObjectNode route(OperationRequest.DatabaseRoute request) {
        if (!request.cluster().equals(home)) {
            requireLinked(request.cluster());
        }
        return move(
                request.database(),
                Optional.of(new RoutedDatabase(request.database(), request.cluster(), request.nameThere())));
    }

    ObjectNode unroute(OperationRequest.DatabaseUnroute request) {
        if (routed(request.database()).isEmpty()) {
            throw new OperationFailedException(
                    "Database %s is not routed".formatted(request.database()),
                    "its clients are led to %s already, as usual".formatted(home),
                    "howdah database list",
                    "");
        }
        return move(request.database(), Optional.empty());
    }

    private ObjectNode move(String database, Optional<RoutedDatabase> wanted) {
        Optional<RoutedDatabase> before = routed(database);
        List<GatewayEntry> gateways = running();
        List<GatewayEntry> paused = new ArrayList<>();
        long beganNanos = System.nanoTime();
        try {
            for (GatewayEntry gateway : gateways) {
                paused.add(gateway);
                pause(gateway, database);
            }
            change(gateways, () -> write(database, wanted), () -> write(database, before));
        } finally {
            paused.forEach(gateway -> resume(gateway, database));
        }
        long pausedMillis = Duration.ofNanos(System.nanoTime() - beganNanos).toMillis();
        RoutedDatabase now = wanted.orElse(new RoutedDatabase(database, home, database));
        return Json.object()
                .put("database", database)
                .put("cluster", now.cluster())
                .put("name_there", now.nameThere())
                .put("paused_ms", pausedMillis);
    }

    private void write(String database, Optional<RoutedDatabase> place) {
        place.ifPresentOrElse(directory::put, () -> directory.removeDatabase(database));
    }

    private Optional<RoutedDatabase> routed(String database) {
        return directory.routing().databases().stream()
                .filter(each -> each.name().equals(database))
                .findFirst();
    }

    private Optional<LinkedCluster> find(String name) {
        return directory.routing().clusters().stream()
                .filter(each -> each.name().equals(name))
                .findFirst();
    }

    private LinkedCluster requireLinked(String name) {
        return find(name).orElseThrow(() -> {
            TreeSet<String> known = new TreeSet<>(List.of(home));
            DatabaseRouting routing = directory.routing();
            routing.clusters().forEach(each -> known.add(each.name()));
            return new OperationFailedException(
                    "There is no such cluster",
                    "'%s' is none of %s".formatted(name, String.join(", ", known)),
                    "howdah cluster add " + name + " --from DIRECTORY",
                    "");
        });
    }

    private void createDirectory() {
        try {
            Files.createDirectories(links);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + links + ": " + e.getMessage(), e);
        }
    }

    // ---- the gateways

    /** Those whose process runs; the others read their file when they start. */
    private List<GatewayEntry> running() {
        List<GatewayEntry> running = cluster.configuration().gateways().stream()
                .filter(gateway ->
                        cluster.provisioner().running().containsKey(gateway.id().value()))
                .toList();
        for (GatewayEntry gateway : running) {
            String name = gateway.id().value();
            GatewayProcess process = GatewayProcess.parse(
                    Json.write(cluster.requireSuccess(name, ask(gateway, "/v1/status", Optional.empty()))));
            if (!process.predecessors().isEmpty()) {
                throw new OperationFailedException(
                        name + " is being restarted",
                        "process %d still lets its clients finish"
                                .formatted(process.predecessors().getFirst().pid()),
                        "try again when it has ended; 'howdah gateway restart --drain 0' ends its clients",
                        name);
            }
        }
        return running;
    }

    /** Writes a change down and has every gateway follow it; if one cannot, everything is as before. */
    private void change(List<GatewayEntry> gateways, Runnable change, Runnable undo) {
        change.run();
        try {
            tellAll(gateways);
        } catch (RuntimeException e) {
            undo.run();
            try {
                tellAll(gateways);
            } catch (RuntimeException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    private void tellAll(List<GatewayEntry> gateways) {
        cluster.provisioner()
                .reconfigureGateways(cluster.configuration().gateways().stream()
                        .map(gateway -> gateway.id().value())
                        .toList());
        for (GatewayEntry gateway : gateways) {
            String name = gateway.id().value();
            cluster.requireSuccess(name, ask(gateway, "/v1/orders/reload", Optional.of(Json.object())));
            cluster.tell(name, "knows where databases are");
        }
    }

    private void pause(GatewayEntry gateway, String database) {
        ObjectNode order = Json.object()
                .put("database", database)
                .put("within_ms", PAUSE_WITHIN.toMillis())
                .put("hold_ms", LONGEST_PAUSE.toMillis());
        cluster.requireSuccess(gateway.id().value(), ask(gateway, "/v1/orders/pause-database", Optional.of(order)));
    }

    private void resume(GatewayEntry gateway, String database) {
        try {
            ask(gateway, "/v1/orders/resume-database", Optional.of(Json.object().put("database", database)));
        } catch (OperationFailedException e) {
            cluster.tell(
                    gateway.id().value(),
                    "does not answer; it serves %s again after %d s at most"
                            .formatted(database, LONGEST_PAUSE.toSeconds()));
        }
    }

    private HttpAnswer ask(GatewayEntry gateway, String path, Optional<ObjectNode> order) {
        String name = gateway.id().value();
        try {
            return cluster.askGateway(gateway.ports().http(), path, order.map(Json::write), ANSWER);
        } catch (UnreachableException e) {
            throw new OperationFailedException(
                    name + " gave no answer",
                    "at %s; its process runs, and would go on leading clients to where the database was"
                            .formatted(e.getMessage()),
                    "see 'howdah logs %s'".formatted(name),
                    name);
        }
    }
}
