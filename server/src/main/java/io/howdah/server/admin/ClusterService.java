package io.howdah.server.admin;

import io.howdah.kernel.model.Cell;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeTags;
import io.howdah.server.admin.StatusDocument.AdminAddress;
import io.howdah.server.adoption.Survey;
import io.howdah.server.configuration.ClusterConfiguration;
import io.howdah.server.configuration.ClusterConfigurationFile;
import io.howdah.server.configuration.ClusterDirectory;
import io.howdah.server.configuration.ConfigurationException;
import io.howdah.server.configuration.KeptConfiguration;
import io.howdah.server.configuration.Secrets;
import io.howdah.server.http.HttpCaller;
import io.howdah.server.http.Problem;
import io.howdah.server.http.ProblemException;
import io.howdah.server.provision.ClusterRequest;
import io.howdah.server.provision.LocalProvisioner;
import io.howdah.server.provision.LocalProvisioner.Prepared;
import io.howdah.server.provision.RunningProcess;
import io.howdah.server.topology.Topology;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What admin does for the one cluster of its directory: tells its status and changes it by operations.
 *
 * <p>Safe from any thread; {@link Operations} sees to it that one thing changes at a time.
 */
final class ClusterService {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterService.class);
    private static final Duration FIRST_WORD = Duration.ofMillis(500);

    private final ClusterDirectory directory;
    private final ClusterConfigurationFile file;
    private final LocalProvisioner provisioner;
    private final ClusterView view;
    private final Operations operations;
    private final Supplier<Topology> topology;
    private final WriteCheck writes;
    private final Readiness.Patience patience;
    private final HttpCaller http;
    private final AdminAddress address;
    private final List<String> startNotes;

    /** @param startNotes what a user should know about admin itself, such as a port that moved */
    ClusterService(
            ClusterDirectory directory,
            LocalProvisioner provisioner,
            ClusterView view,
            Operations operations,
            Supplier<Topology> topology,
            WriteCheck writes,
            Readiness.Patience patience,
            AdminAddress address,
            List<String> startNotes) {
        this.directory = directory;
        this.file = new ClusterConfigurationFile(directory);
        this.provisioner = provisioner;
        this.view = view;
        this.operations = operations;
        this.topology = topology;
        this.writes = writes;
        this.patience = patience;
        this.http = new HttpCaller(Duration.ofSeconds(2));
        this.address = address;
        this.startNotes = List.copyOf(startNotes);
    }

    /** Listens to the cluster that is there already, if its files can be read; else leaves that to the next `up`. */
    void followExisting() {
        if (file.exists()) {
            try {
                view.follow(file.read(), Secrets.read(directory.secrets()).peerSecret());
            } catch (ConfigurationException e) {
                LOG.warn("{}", e.getMessage());
            }
        }
    }

    /** @throws ProblemException when there is no cluster, or its files cannot be read */
    ObjectNode status() throws InterruptedException {
        ClusterConfiguration configuration = requireCluster();
        String secret = Secrets.read(directory.secrets()).peerSecret();
        return document(new GatewayProblems(configuration, secret, http).ask()).toJson();
    }

    ArrayNode nodes() throws InterruptedException {
        return document(List.of()).nodes();
    }

    /** @throws ProblemException when no node can be asked */
    ArrayNode history(long limit) throws InterruptedException {
        requireCluster();
        view.awaitFirstWord(FIRST_WORD);
        return history(Secrets.read(directory.secrets())).newest((int) limit);
    }

    /** What the gateways have spent their time on. */
    ObjectNode queries(int limit) {
        return new GatewayQueries(
                        requireCluster(), Secrets.read(directory.secrets()).peerSecret(), http)
                .top(limit);
    }

    /** The query caches of the gateways. */
    GatewayCaches caches() {
        return new GatewayCaches(
                requireCluster(), Secrets.read(directory.secrets()).peerSecret(), http);
    }

    /** The name of the cluster that is served; empty when there is none. */
    String clusterName() {
        return view.configuration().map(ClusterConfiguration::name).orElse("");
    }

    Operation up(ClusterRequest request) {
        requirePossible(request);
        return operations.start(OperationKind.UP, request, operation -> bringUp(request, operation));
    }

    private static void requirePossible(ClusterRequest request) {
        request.problems().stream().findFirst().ifPresent(problem -> {
            throw new ProblemException(new Problem(
                    400,
                    "impossible_cluster",
                    "Such a cluster is not possible",
                    problem.what(),
                    problem.hint(),
                    false));
        });
    }

    Operation down() {
        return operations.start(OperationKind.DOWN, "", this::takeDown);
    }

    Operation switchover(OperationRequest.Switchover request) {
        String target = request.target();
        ClusterConfiguration configuration = requireCluster();
        TargetCheck.requireSuccessor(configuration, target);
        Secrets secrets = Secrets.read(directory.secrets());
        return operations.start(OperationKind.SWITCHOVER, request, operation -> {
            Switchover switchover = new Switchover(configuration, secrets, view, provisioner::running, http, writes);
            return request.dryRun()
                    ? switchover.preflight(target, pastSwitchovers(secrets))
                    : switchover.run(target, operation);
        });
    }

    /** The settings of PostgreSQL that are kept for all nodes. */
    ObjectNode parameters() {
        requireCluster();
        return ParameterOperation.show(KeptConfiguration.read(directory.root()));
    }

    Operation configure(OperationRequest.Config request) {
        return change(
                OperationKind.CONFIG,
                request,
                cluster -> Optional.of(new ParameterOperation(cluster, directory.root()).run(request)));
    }

    private List<Long> pastSwitchovers(Secrets secrets) {
        try {
            return history(secrets).switchoverMillis();
        } catch (ProblemException e) {
            LOG.debug("no history to estimate from: {}", e.getMessage());
            return List.of();
        }
    }

    private History history(Secrets secrets) {
        return new History(view.snapshot(provisioner.running().keySet()), secrets.postgresPassword());
    }

    /** What an operation does. */
    interface NodeWork {
        Optional<ObjectNode> run(Lifecycle cluster) throws InterruptedException;
    }

    Operation addNode(OperationRequest.NodeAdd request) {
        requireSense(() -> {
            NodeTags.parse(request.tags());
            if (!request.id().isEmpty()) {
                new NodeId(request.id());
            }
            if (!request.cell().isEmpty()) {
                new Cell(request.cell());
            }
        });
        return change(OperationKind.NODE_ADD, request, cluster -> {
            NodeId added = new NodeOperations(cluster).add(request);
            return Optional.of(status().put("added", added.value()));
        });
    }

    /** Takes a running instance over: as the first node of a new cluster, or as a copy into the one that is there. */
    Operation adoptNode(OperationRequest.NodeAdopt request) {
        ClusterRequest shape = new ClusterRequest(request.nodes(), request.cells(), Optional.empty());
        requirePossible(shape);
        return operations.start(
                OperationKind.NODE_ADOPT,
                request,
                operation -> file.exists() ? join(request, operation) : found(request, operation));
    }

    private ObjectNode found(OperationRequest.NodeAdopt request, Operation operation) throws InterruptedException {
        Adopting adopting = new Adopting(request, directory, provisioner, address.port(), operation);
        Survey survey = adopting.survey(Optional.empty());
        if (request.dryRun()) {
            return Adopting.toJson(survey);
        }
        adopting.founding(survey, first -> bringUp(first, operation));
        int nodes = request.nodes().orElse(Adopting.USUAL_NODES);
        Secrets secrets = Secrets.read(directory.secrets());
        for (int i = 1; i < nodes; i++) {
            String cell = request.cells().isEmpty()
                    ? ""
                    : request.cells().get(i % request.cells().size());
            new NodeOperations(lifecycle(secrets, operation)).add(new OperationRequest.NodeAdd("", cell, ""));
        }
        return status();
    }

    private ObjectNode join(OperationRequest.NodeAdopt request, Operation operation) throws InterruptedException {
        Adopting adopting = new Adopting(request, directory, provisioner, address.port(), operation);
        Survey survey = adopting.survey(Optional.of(file.read()));
        if (request.dryRun()) {
            return Adopting.toJson(survey);
        }
        NodeId joined = adopting.joining(survey, lifecycle(Secrets.read(directory.secrets()), operation));
        return status().put("added", joined.value());
    }

    Operation removeNode(OperationRequest.NodeRemove request) {
        return change(OperationKind.NODE_REMOVE, request, cluster -> {
            new NodeOperations(cluster).remove(request);
            return Optional.empty();
        });
    }

    Operation restartNode(OperationRequest.NodeRestart request) {
        return change(OperationKind.NODE_RESTART, request, cluster -> {
            new NodeOperations(cluster).restart(request);
            return Optional.empty();
        });
    }

    Operation rebuildNode(OperationRequest.NodeRebuild request) {
        return change(OperationKind.NODE_REBUILD, request, cluster -> {
            new NodeOperations(cluster).rebuild(request);
            return Optional.empty();
        });
    }

    Operation tagNode(OperationRequest.NodeTag request) {
        requireSense(() -> {
            NodeTags tags = NodeTags.NONE;
            for (Map.Entry<String, String> change : request.tags().entrySet()) {
                tags = tags.with(change.getKey(), change.getValue());
            }
        });
        return change(OperationKind.NODE_TAG, request, cluster -> {
            new NodeOperations(cluster).tag(request);
            return Optional.empty();
        });
    }

    Operation restartGateway(OperationRequest.GatewayRestart request) {
        return change(OperationKind.GATEWAY_RESTART, request, cluster -> {
            new GatewayOperations(cluster).restart(request);
            return Optional.empty();
        });
    }

    Operation reloadGateway(OperationRequest.GatewayReload request) {
        return change(OperationKind.GATEWAY_RELOAD, request, cluster -> {
            new GatewayOperations(cluster).reload(request);
            return Optional.empty();
        });
    }

    Operation failover(OperationRequest.Failover request) {
        return change(
                OperationKind.FAILOVER, request, cluster -> Optional.of(new LeaderRecovery(cluster).failover(request)));
    }

    Operation promote(OperationRequest.Promote request) {
        return change(OperationKind.PROMOTE_CLUSTER, request, cluster -> {
            new StandbyClusters(cluster, Secrets.read(directory.secrets())).promote(request);
            return Optional.empty();
        });
    }

    Operation demote(OperationRequest.Demote request) {
        return change(OperationKind.DEMOTE_CLUSTER, request, cluster -> {
            new StandbyClusters(cluster, Secrets.read(directory.secrets())).demote(request);
            return Optional.empty();
        });
    }

    Operation recoverQuorum(OperationRequest.RecoverQuorum request) {
        return change(
                OperationKind.RECOVER_QUORUM,
                request,
                cluster -> Optional.of(new LeaderRecovery(cluster).recoverQuorum(request)));
    }

    Operation pause(OperationRequest.Pausing request) {
        return change(
                request.on() ? OperationKind.PAUSE : OperationKind.RESUME,
                request,
                cluster -> Optional.of(new Pausing(cluster).run(request)));
    }

    /** Refuses at once what no cluster could do. */
    private static void requireSense(Runnable check) {
        try {
            check.run();
        } catch (IllegalArgumentException e) {
            throw new ProblemException(new Problem(
                    400,
                    "malformed_request",
                    "The request cannot be carried out",
                    String.valueOf(e.getMessage()),
                    "howdah node --help",
                    false));
        }
    }

    /** The result is the status afterwards, unless the work has one of its own. */
    Operation change(OperationKind kind, Object request, NodeWork work) {
        requireCluster();
        Secrets secrets = Secrets.read(directory.secrets());
        return operations.start(kind, request, operation -> {
            Optional<ObjectNode> result = work.run(lifecycle(secrets, operation));
            return result.isPresent() ? result.get() : status();
        });
    }

    private Lifecycle lifecycle(Secrets secrets, Operation operation) {
        return new Lifecycle(secrets, view, provisioner, topology.get(), http, writes, patience, operation);
    }

    /** All nodes are in their places, so those that the cluster once went on without have sworn its later terms. */
    private void liftFences(Secrets secrets, Operation operation) {
        ClusterConfiguration present = file.read();
        List<ClusterConfiguration.NodeEntry> free = present.nodes().stream()
                .map(node -> node.withFence(OptionalLong.empty()))
                .toList();
        if (!free.equals(present.nodes())) {
            lifecycle(secrets, operation).reconfigure(present.with(free, present.gateways()));
        }
    }

    private void growTo(ClusterRequest request, Secrets secrets, Operation operation) throws InterruptedException {
        int missing = request.nodes().orElse(0) - file.read().nodes().size();
        for (int i = 0; i < missing; i++) {
            NodeOperations nodes = new NodeOperations(lifecycle(secrets, operation));
            nodes.add(new OperationRequest.NodeAdd("", "", ""));
        }
    }

    private ObjectNode bringUp(ClusterRequest request, Operation operation) throws InterruptedException {
        startNotes.forEach(note -> operation.event("admin", note));
        request.standbyOf()
                .ifPresent(remote -> new RemoteServer(
                                remote,
                                Secrets.read(Path.of(request.secretsFrom()
                                        .orElse(directory.secrets().toString()))))
                        .look());
        Prepared prepared = provisioner.prepare(request, address.port(), operation::event);
        topology.get().record(prepared.configuration());
        view.follow(prepared.configuration(), prepared.secrets().peerSecret());
        if (prepared.steps().isEmpty()) {
            operation.event("cluster", "every process runs already");
        } else {
            provisioner.apply(prepared.steps(), operation::event);
        }
        new Readiness(prepared.configuration(), view, provisioner::running, writes, patience, operation)
                .await(prepared.secrets());
        liftFences(prepared.secrets(), operation);
        growTo(request, prepared.secrets(), operation);
        ObjectNode result = status();
        ArrayNode notes = result.putArray("notes");
        startNotes.forEach(notes::add);
        prepared.notes().forEach(notes::add);
        return result;
    }

    private ObjectNode takeDown(Operation operation) {
        String leader = view.snapshot(Set.of())
                .leader()
                .map(status -> status.node().value())
                .orElse("");
        List<String> stopped = provisioner.stop(leader, operation::event);
        if (stopped.isEmpty()) {
            operation.event("cluster", "no process of this cluster runs");
        }
        ObjectNode result = Json.object();
        ArrayNode names = result.putArray("stopped");
        stopped.forEach(names::add);
        return result;
    }

    private StatusDocument document(List<String> gatewayProblems) throws InterruptedException {
        ClusterConfiguration configuration = requireCluster();
        view.awaitFirstWord(FIRST_WORD);
        Map<String, RunningProcess> running = provisioner.running();
        return new StatusDocument(configuration, view.snapshot(running.keySet()), running, gatewayProblems, address);
    }

    /** @throws ProblemException when there is no cluster yet */
    ClusterConfiguration requireCluster() {
        Optional<ClusterConfiguration> followed = view.configuration();
        if (followed.isPresent()) {
            return followed.get();
        }
        if (!file.exists()) {
            throw new ProblemException(new Problem(
                    404,
                    "no_cluster",
                    "There is no cluster yet",
                    "%s holds no howdah.yaml".formatted(directory),
                    "run 'howdah up'",
                    false));
        }
        ClusterConfiguration configuration = file.read();
        view.follow(configuration, Secrets.read(directory.secrets()).peerSecret());
        return configuration;
    }
}
