package io.howdah.server.admin;

import io.howdah.kernel.model.Cell;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeTags;
import io.howdah.postgres.process.ControlFile;
import io.howdah.server.adoption.Adoption;
import io.howdah.server.adoption.Finding;
import io.howdah.server.adoption.Survey;
import io.howdah.server.configuration.AdoptionMarker.Part;
import io.howdah.server.configuration.ClusterConfiguration;
import io.howdah.server.configuration.ClusterConfiguration.NodeEntry;
import io.howdah.server.configuration.ClusterDirectory;
import io.howdah.server.provision.ClusterRequest;
import io.howdah.server.provision.LocalProvisioner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes over an instance that somebody else runs. Until the node that it becomes serves, every failure ends with the
 * instance as it was, running again. One operation's.
 */
final class Adopting {
    static final int USUAL_NODES = 3;

    /** Brings a cluster up whose files are written and whose first data is in its place. */
    interface Start {
        ObjectNode up(ClusterRequest request) throws InterruptedException;
    }

    /** What may fail between the stop of the old server and the moment from which the node serves. */
    private interface Takeover {
        void run() throws InterruptedException;
    }

    private final OperationRequest.NodeAdopt request;
    private final ClusterDirectory directory;
    private final LocalProvisioner provisioner;
    private final int adminPort;
    private final Operation operation;

    Adopting(
            OperationRequest.NodeAdopt request,
            ClusterDirectory directory,
            LocalProvisioner provisioner,
            int adminPort,
            Operation operation) {
        this.request = request;
        this.directory = directory;
        this.provisioner = provisioner;
        this.adminPort = adminPort;
        this.operation = operation;
    }

    /** Looks at the instance; tells each finding as an event. */
    Survey survey(Optional<ClusterConfiguration> cluster) {
        Survey survey = Survey.of(new Survey.Subject(
                Path.of(request.data()),
                request.superuser(),
                Optional.of(request.passFile()).filter(file -> !file.isEmpty()).map(Path::of),
                cluster.isPresent() ? 0 : request.nodes().orElse(USUAL_NODES) - 1,
                directory.root(),
                cluster.map(this::dataOf)));
        if (!request.dryRun() && !survey.isPossible()) {
            List<Finding> obstacles = survey.findings().stream()
                    .filter(finding -> finding.weight() == Finding.Weight.OBSTACLE)
                    .toList();
            throw new OperationFailedException(
                    "The instance cannot be adopted",
                    obstacles.stream().map(Finding::what).collect(Collectors.joining("; ")),
                    obstacles.stream()
                            .map(Finding::hint)
                            .filter(hint -> !hint.isEmpty())
                            .distinct()
                            .collect(Collectors.joining("; ")),
                    "");
        }
        return survey;
    }

    private ControlFile dataOf(ClusterConfiguration cluster) {
        return cluster.nodes().stream()
                .map(node -> directory.postgresData(node.id().value()))
                .filter(data -> Files.exists(data.resolve("PG_VERSION")))
                .findFirst()
                .map(ControlFile::read)
                .orElseThrow(() -> new OperationFailedException(
                        "The cluster has no data to compare with",
                        "none of its nodes has any",
                        "bring it up first: 'howdah up'",
                        ""));
    }

    /** Makes a cluster around the instance, its only node so far. */
    void founding(Survey survey, Start start) throws InterruptedException {
        ClusterRequest first = new ClusterRequest(
                OptionalInt.of(1),
                request.cells().stream().limit(1).toList(),
                Optional.of(survey.server().binaries().toString()));
        provisioner.prepare(first, adminPort, operation::event);
        String node = provisioner.configuration().nodes().getFirst().id().value();
        Adoption adoption = new Adoption(survey, directory.data(node), Part.FIRST);
        adoption.keepConfiguration(directory.root());
        takeOver(adoption, node, () -> start.up(first), () -> {
            provisioner.stop("", operation::event);
            adoption.undo();
            provisioner.forgetNewCluster();
        });
        operation.event(
                node,
                "serves with the data of %s, where it stays"
                        .formatted(survey.server().data()));
    }

    /** Makes the instance a node of the cluster that it is a copy of. */
    NodeId joining(Survey survey, Lifecycle cluster) throws InterruptedException {
        cluster.awaitLeader();
        ClusterConfiguration before = cluster.configuration();
        Optional<Cell> cell = request.cells().stream().findFirst().map(Cell::new);
        ClusterConfiguration after = cluster.provisioner().grown(before, Optional.empty(), cell, NodeTags.NONE);
        NodeEntry added = after.nodes().getLast();
        String node = added.id().value();
        Adoption adoption = new Adoption(survey, directory.data(node), Part.COPY);
        takeOver(
                adoption,
                node,
                () -> {
                    cluster.reconfigure(after);
                    cluster.provisioner().start(started(before, after, node), cluster::tell);
                    cluster.awaitInPlace(added.id());
                },
                () -> {
                    cluster.provisioner().stopOne(node, cluster::tell);
                    adoption.undo();
                    cluster.provisioner().discard(node, true);
                    cluster.reconfigure(before.without(added.id()));
                });
        cluster.tell(
                node,
                "streams and votes with the data of %s"
                        .formatted(survey.server().data()));
        return added.id();
    }

    private static List<String> started(ClusterConfiguration before, ClusterConfiguration after, String node) {
        List<String> names = new ArrayList<>(List.of(node));
        after.gateways().stream()
                .filter(gateway -> !before.gateways().contains(gateway))
                .forEach(gateway -> names.add(gateway.id().value()));
        return names;
    }

    private void takeOver(Adoption adoption, String node, Takeover takeover, Runnable back)
            throws InterruptedException {
        try {
            operation.event(node, "the old server stops");
            adoption.begin();
            takeover.run();
        } catch (RuntimeException | InterruptedException e) {
            boolean interrupted = Thread.interrupted();
            String state = restored(node, back, e);
            if (interrupted || e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw new OperationFailedException(
                    "The adoption failed",
                    "%s; %s".formatted(e.getMessage(), state),
                    "read the log, then repeat 'howdah node adopt'",
                    node);
        }
    }

    /** What has become of the instance. */
    private String restored(String node, Runnable back, Exception why) {
        operation.event(node, "the adoption failed; the instance gets back to what it was");
        try {
            back.run();
            return "the old server runs again by its old means";
        } catch (RuntimeException failure) {
            why.addSuppressed(failure);
            return "the old server could not be started again (%s); its data is whole in %s"
                    .formatted(failure.getMessage(), request.data());
        }
    }

    static ObjectNode toJson(Survey survey) {
        ObjectNode document = Json.object();
        document.put("data", survey.server().data().toString());
        document.put("port", survey.server().port());
        document.put("possible", survey.isPossible());
        ArrayNode findings = document.putArray("findings");
        for (Finding finding : survey.findings()) {
            findings.addObject()
                    .put("weight", finding.weight().name().toLowerCase(Locale.ROOT))
                    .put("what", finding.what())
                    .put("hint", finding.hint());
        }
        return document;
    }
}
