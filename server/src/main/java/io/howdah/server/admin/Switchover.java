package io.howdah.server.admin;

import io.howdah.kernel.model.NodeStatus;
import io.howdah.server.configuration.ClusterConfiguration;
import io.howdah.server.configuration.ClusterConfiguration.NodeEntry;
import io.howdah.server.configuration.Secrets;
import io.howdah.server.http.Endpoint;
import io.howdah.server.http.HttpAnswer;
import io.howdah.server.http.HttpCaller;
import io.howdah.server.http.MalformedDocumentException;
import io.howdah.server.http.UnreachableException;
import io.howdah.server.provision.RunningProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/** Asks the leader to hand over, and proves with a write that the new one serves. */
final class Switchover {
    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final Duration FIND_LEADER = Duration.ofSeconds(5);
    private static final Duration PROOF = Duration.ofSeconds(15);

    private final ClusterConfiguration configuration;
    private final Secrets secrets;
    private final ClusterView view;
    private final Supplier<Map<String, RunningProcess>> processes;
    private final HttpCaller http;
    private final WriteCheck writes;

    Switchover(
            ClusterConfiguration configuration,
            Secrets secrets,
            ClusterView view,
            Supplier<Map<String, RunningProcess>> processes,
            HttpCaller http,
            WriteCheck writes) {
        this.configuration = configuration;
        this.secrets = secrets;
        this.view = view;
        this.processes = processes;
        this.http = http;
        this.writes = writes;
    }

    /** @param target the node to lead; empty to let the leader choose */
    ObjectNode run(String target, Operation operation) throws InterruptedException {
        NodeStatus leader = awaitLeader();
        operation.event(
                leader.node().value(),
                target.isEmpty() ? "is asked to hand over to the best standby" : "is asked to hand over to " + target);
        HttpAnswer answer = ask(leader.node().value(), target, false);
        if (answer.status() == 409) {
            // It may have lost its leadership between our look and our question: ask the one that it names, once.
            String other = document(answer).path("leader").asString("");
            if (!other.isEmpty()
                    && !other.equals(leader.node().value())
                    && entry(other).isPresent()) {
                operation.event(other, "leads meanwhile and is asked instead");
                answer = ask(other, target, false);
            }
        }
        ObjectNode document = document(answer);
        if (!answer.successful()) {
            throw refused(leader, answer, document);
        }
        prove(document.path("to").asString(""), operation);
        ObjectNode result = Json.object();
        for (String key : List.of("from", "to", "term", "outage_ms")) {
            result.set(key, document.path(key).isMissingNode() ? Json.nothing() : document.path(key));
        }
        return result;
    }

    /**
     * How a switchover would go: who may take over, and why others may not. The leader judges, by the rules that it would
     * follow.
     *
     * @param past how long each switchover of this cluster took, the newest first
     */
    ObjectNode preflight(String target, List<Long> past) throws InterruptedException {
        NodeStatus leader = awaitLeader();
        HttpAnswer answer = ask(leader.node().value(), target, true);
        ObjectNode document = document(answer);
        if (!answer.successful()) {
            throw refused(leader, answer, document);
        }
        return SwitchoverForecast.of(document, target, past);
    }

    private static OperationFailedException refused(NodeStatus leader, HttpAnswer answer, ObjectNode document) {
        return new OperationFailedException(
                document.path("title").asString("The leader refused to hand over"),
                document.path("detail").asString("it answered with HTTP status " + answer.status()),
                document.path("hint").asString("look at the status of the nodes"),
                leader.node().value());
    }

    private NodeStatus awaitLeader() throws InterruptedException {
        long deadline = System.nanoTime() + FIND_LEADER.toNanos();
        while (System.nanoTime() - deadline < 0) {
            long seen = view.version();
            Optional<NodeStatus> leader = view.snapshot(Set.of()).leader();
            if (leader.isPresent()) {
                return leader.get();
            }
            view.awaitNews(seen, Duration.ofMillis(200));
        }
        throw new OperationFailedException(
                "There is no leader to hand over",
                String.join("; ", view.snapshot(processes.get().keySet()).problems()),
                "wait until the nodes have elected one: 'howdah status'",
                "");
    }

    private HttpAnswer ask(String node, String target, boolean dryRun) {
        NodeEntry entry = entry(node).orElseThrow();
        Endpoint endpoint = new Endpoint(configuration.host(), entry.apiPort(), secrets.peerSecret());
        ObjectNode body = Json.object();
        if (target.isEmpty()) {
            body.putNull("target");
        } else {
            body.put("target", target);
        }
        if (dryRun) {
            body.put("dry_run", true);
        }
        body.put("term", view.snapshot(processes.get().keySet()).term().value());
        try {
            return http.post(endpoint, "/v1/switchover", Json.write(body), ANSWER);
        } catch (UnreachableException e) {
            throw new OperationFailedException(
                    "The leader gave no answer",
                    node + " at " + e.getMessage(),
                    "the switchover may or may not have happened: look at 'howdah status'",
                    node);
        }
    }

    private void prove(String newLeader, Operation operation) {
        ClusterConfiguration.GatewayEntry gateway = configuration.gateways().getFirst();
        try {
            writes.commit(configuration.host(), gateway.ports().readWrite(), secrets.postgresPassword(), PROOF);
            operation.event(newLeader, "leads and has taken a write through " + gateway.id());
        } catch (WriteCheck.WriteFailedException e) {
            throw new OperationFailedException(
                    "The new leader has not taken a write",
                    "%s leads, but through %s: %s".formatted(newLeader, gateway.id(), e.getMessage()),
                    "look at 'howdah status' and the gateway's log",
                    gateway.id().value());
        }
    }

    private Optional<NodeEntry> entry(String node) {
        return configuration.nodes().stream()
                .filter(entry -> entry.id().value().equals(node))
                .findFirst();
    }

    /** Whatever the node sent; nothing when that is not JSON. */
    private static ObjectNode document(HttpAnswer answer) {
        try {
            return Json.readObject(answer.body());
        } catch (MalformedDocumentException e) {
            return Json.object();
        }
    }
}
