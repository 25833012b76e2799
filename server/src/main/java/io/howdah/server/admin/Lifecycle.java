package io.howdah.server.admin;

import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeState;
import io.howdah.kernel.model.NodeStatus;
import io.howdah.kernel.quorum.Quorum;
import io.howdah.server.configuration.ClusterConfiguration;
import io.howdah.server.configuration.ClusterConfiguration.NodeEntry;
import io.howdah.server.configuration.Secrets;
import io.howdah.server.http.Endpoint;
import io.howdah.server.http.HttpAnswer;
import io.howdah.server.http.HttpCaller;
import io.howdah.server.http.MalformedDocumentException;
import io.howdah.server.http.UnreachableException;
import io.howdah.server.provision.LocalProvisioner;
import io.howdah.server.topology.DatabaseDirectory;
import io.howdah.server.topology.Topology;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the operations on nodes share: the way to a node, the way to write a changed cluster down, and patience. Used by one
 * operation at a time.
 */
final class Lifecycle {
    private static final Duration ANSWER = Duration.ofSeconds(50);
    private static final Duration GATEWAY_ANSWER = Duration.ofSeconds(5);
    private static final Duration FIND_LEADER = Duration.ofSeconds(15);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
    private static final Duration CHANGE_LIMIT = Duration.ofSeconds(30);

    private final Secrets secrets;
    private final ClusterView view;
    private final LocalProvisioner provisioner;
    private final Topology topology;
    private final HttpCaller http;
    private final WriteCheck writes;
    private final Readiness.Patience patience;
    private final Operation operation;
    private ClusterConfiguration configuration;

    Lifecycle(
            Secrets secrets,
            ClusterView view,
            LocalProvisioner provisioner,
            Topology topology,
            HttpCaller http,
            WriteCheck writes,
            Readiness.Patience patience,
            Operation operation) {
        this.secrets = secrets;
        this.view = view;
        this.provisioner = provisioner;
        this.topology = topology;
        this.http = http;
        this.writes = writes;
        this.patience = patience;
        this.operation = operation;
        this.configuration = provisioner.configuration();
        view.follow(configuration, secrets.peerSecret());
    }

    ClusterConfiguration configuration() {
        return configuration;
    }

    LocalProvisioner provisioner() {
        return provisioner;
    }

    void tell(String component, String message) {
        operation.event(component, message);
    }

    NodeEntry require(String name) {
        return configuration.nodes().stream()
                .filter(node -> node.id().value().equals(name))
                .findFirst()
                .orElseThrow(() -> new OperationFailedException(
                        "There is no such node",
                        "'%s' is not a node of this cluster; its nodes are %s".formatted(name, names(configuration)),
                        "howdah node list",
                        ""));
    }

    private static String names(ClusterConfiguration configuration) {
        return configuration.nodes().stream().map(node -> node.id().value()).collect(Collectors.joining(", "));
    }

    static String names(Collection<NodeId> nodes) {
        return nodes.stream().map(NodeId::value).sorted().collect(Collectors.joining(", "));
    }

    ClusterSnapshot snapshot() {
        return view.snapshot(provisioner.running().keySet());
    }

    Optional<NodeView> viewOf(NodeId node) {
        return snapshot().nodes().stream()
                .filter(seen -> seen.entry().id().equals(node))
                .findFirst();
    }

    /** Writes a changed cluster down and sees to it that every node that can be reached knows it. */
    void reconfigure(ClusterConfiguration changed) {
        provisioner.reconfigure(changed);
        topology.record(changed);
        configuration = changed;
        for (NodeView node : snapshot().nodes()) {
            if (node.fresh().isPresent() && changed.node(node.entry().id()).isPresent()) {
                try {
                    send(node.entry(), "/v1/orders/reload", "{}", Duration.ofSeconds(5));
                } catch (UnreachableException e) {
                    // It reads the file when it is back.
                    tell(node.entry().id().value(), "does not answer; it learns of the change when it is back");
                }
            }
        }
        view.follow(changed, secrets.peerSecret());
    }

    /** Rises with everything that the nodes say. */
    long news() {
        return view.version();
    }

    /** Waits for something newer to be said, for a short while only: not every change is. */
    void awaitNews(long seen) throws InterruptedException {
        view.awaitNews(seen, LOOK_AGAIN);
    }

    /** The leader, waited for. */
    NodeStatus awaitLeader() throws InterruptedException {
        long deadline = System.nanoTime() + FIND_LEADER.toNanos();
        while (System.nanoTime() - deadline < 0) {
            long seen = view.version();
            Optional<NodeStatus> leader = snapshot().leader();
            if (leader.isPresent()) {
                return leader.get();
            }
            view.awaitNews(seen, LOOK_AGAIN);
        }
        throw new OperationFailedException(
                "There is no leader",
                String.join("; ", snapshot().problems()),
                "bring enough nodes back with 'howdah up'; when they are lost for good: 'howdah cluster recover-quorum'",
                "");
    }

    /** Whether that node leads or is the only one who ever could. */
    boolean leads(NodeId node) throws InterruptedException {
        return awaitLeader().node().equals(node);
    }

    void switchAway(String target) throws InterruptedException {
        new Switchover(configuration, secrets, view, provisioner::running, http, writes).run(target, operation);
    }

    /** Gives an order; a refusal ends the operation in the node's own words. */
    ObjectNode order(NodeId node, String name, ObjectNode body) {
        NodeEntry entry = require(node.value());
        // A node that has gone on to a later term refuses: it was not this cluster that the order was meant for.
        body.put("term", snapshot().term().value());
        HttpAnswer answer;
        try {
            answer = send(entry, "/v1/orders/" + name, Json.write(body), ANSWER);
        } catch (UnreachableException e) {
            throw new OperationFailedException(
                    node + " gave no answer",
                    "at " + e.getMessage(),
                    "the order may or may not have been carried out: look at 'howdah status'",
                    node.value());
        }
        return requireSuccess(node.value(), answer);
    }

    /** A refusal ends the operation in the words of whoever refused. */
    ObjectNode requireSuccess(String component, HttpAnswer answer) {
        ObjectNode document = document(answer);
        if (!answer.successful()) {
            throw new OperationFailedException(
                    document.path("title").asString(component + " refused"),
                    document.path("detail").asString("it answered with HTTP status " + answer.status()),
                    document.path("hint").asString("look at 'howdah status'"),
                    "");
        }
        return document;
    }

    /** Where databases are. */
    DatabaseDirectory databases() {
        return topology.databases(configuration.name());
    }

    /** Asks a process of a gateway; throws {@link UnreachableException}. */
    HttpAnswer askGateway(int httpPort, String path, Optional<String> body) {
        return askGateway(httpPort, path, body, GATEWAY_ANSWER);
    }

    HttpAnswer askGateway(int httpPort, String path, Optional<String> body, Duration limit) {
        Endpoint endpoint = new Endpoint(configuration.host(), httpPort, secrets.peerSecret());
        return body.isPresent() ? http.post(endpoint, path, body.get(), limit) : http.get(endpoint, path, limit);
    }

    private HttpAnswer send(NodeEntry entry, String path, String body, Duration limit) {
        Endpoint endpoint = new Endpoint(configuration.host(), entry.apiPort(), secrets.peerSecret());
        return http.post(endpoint, path, body, limit);
    }

    private static ObjectNode document(HttpAnswer answer) {
        try {
            return Json.readObject(answer.body());
        } catch (MalformedDocumentException e) {
            return Json.object();
        }
    }

    /** Takes a member out of the rule; it goes on as a copy without a voice. */
    void removeMember(NodeId node) throws InterruptedException {
        long deadline = System.nanoTime() + CHANGE_LIMIT.toNanos();
        while (true) {
            long seen = news();
            NodeStatus leader = awaitLeader();
            if (!leader.members().contains(node)) {
                return;
            }
            try {
                order(leader.node(), "remove-member", Json.object().put("node", node.value()));
                tell(leader.node().value(), "has taken %s out of the rule".formatted(node));
                return;
            } catch (OperationFailedException e) {
                boolean passing = e.detail().contains("another change")
                        || e.title().contains("past term")
                        || e.detail().contains("does not lead")
                        || e.title().contains("gave no answer");
                if (!passing || System.nanoTime() - deadline > 0) {
                    throw e;
                }
                awaitNews(seen);
            }
        }
    }

    /**
     * Refuses when the members that would be left, or left up, could not commit anything.
     *
     * @param leaves whether the node leaves the rule for good, rather than for a moment
     */
    void requireMajorityWithout(NodeId node, boolean leaves) throws InterruptedException {
        NodeStatus leader = awaitLeader();
        Set<NodeId> rest = new TreeSet<>(leader.members());
        if (!rest.contains(node)) {
            return;
        }
        Set<NodeId> up = new TreeSet<>(Set.of(leader.node()));
        for (NodeView other : snapshot().nodes()) {
            other.fresh()
                    .filter(status -> status.state() == NodeState.STREAMING)
                    .ifPresent(status -> up.add(status.node()));
        }
        boolean withNode = up.contains(node);
        up.remove(node);
        Set<NodeId> voters = new TreeSet<>(rest);
        rest.remove(node);
        // While the rule changes a majority of the old members has to confirm it too; the leaving node may be one of
        // them.
        Set<NodeId> voices = new TreeSet<>(up);
        if (leaves && withNode) {
            voices.add(node);
        }
        boolean enough = leaves
                ? rest.isEmpty() || (Quorum.isMajority(up, rest) && Quorum.isMajority(voices, voters))
                : Quorum.isMajority(up, voters);
        if (enough) {
            return;
        }
        Set<NodeId> missing = new TreeSet<>(rest);
        missing.removeAll(up);
        up.retainAll(rest);
        throw new OperationFailedException(
                leaves ? "Without %s no commit would be possible".formatted(node) : "Writes would stop",
                "the other voters are %s; of them only %s %s up, and %s %s not"
                                .formatted(
                                        names(rest),
                                        names(up),
                                        up.size() == 1 ? "is" : "are",
                                        names(missing),
                                        missing.size() == 1 ? "does" : "do")
                        + " stream",
                "bring %s back first: 'howdah up'".formatted(names(missing)),
                "");
    }

    /** Waits until a node is in its place, telling what it does; as long as something moves. */
    void awaitInPlace(NodeId node) throws InterruptedException {
        await(
                node,
                seen -> snapshot().whatIsMissing(seen).isEmpty()
                        && seen.fresh()
                                .filter(status -> status.reason().isEmpty())
                                .isPresent());
    }

    void await(NodeId node, Predicate<NodeView> condition) throws InterruptedException {
        String toldState = "";
        String moved = "";
        long movedNanos = System.nanoTime();
        while (true) {
            long seen = view.version();
            NodeView now = viewOf(node).orElseThrow();
            if (condition.test(now)) {
                return;
            }
            String words = now.fresh()
                    .map(status -> Words.of(status.state()) + (status.reason().isEmpty() ? "" : ": " + status.reason()))
                    .orElseGet(now::whyNot);
            String state = words.replaceAll("[0-9.]+ (s ago|of)", "");
            if (!state.equals(toldState) && now.fresh().isPresent()) {
                toldState = state;
                tell(node.value(), words);
            }
            requireHope(node, now);
            String movement = now.last()
                    .map(status -> status.state() + status.reason() + status.position() + status.lagBytes())
                    .orElse("");
            if (!movement.equals(moved)) {
                moved = movement;
                movedNanos = System.nanoTime();
            } else if (System.nanoTime() - movedNanos > patience.stuck().toNanos()) {
                throw new OperationFailedException(
                        node + " does not get ready",
                        "nothing has moved for %d s: %s"
                                .formatted(
                                        patience.stuck().toSeconds(),
                                        snapshot().whatIsMissing(now).orElse(words)),
                        "read its log; it goes on by itself when it can",
                        node.value());
            }
            view.awaitNews(seen, LOOK_AGAIN);
        }
    }

    private void requireHope(NodeId node, NodeView now) {
        if (now.link() == NodeView.Link.REFUSED && !now.processRuns()) {
            throw new OperationFailedException(
                    node + " ended",
                    "its process does not run",
                    "the end of its log says why; 'howdah up' starts it again",
                    node.value());
        }
        now.fresh().filter(status -> status.state() == NodeState.FAILED).ifPresent(status -> {
            throw new OperationFailedException(
                    node + " needs help", status.reason(), "read its log; then 'howdah up'", node.value());
        });
    }

    /** Waits until nobody streams from where it should not: the rule names exactly these members. */
    void awaitMembers(Set<NodeId> members) throws InterruptedException {
        long deadline = System.nanoTime() + CHANGE_LIMIT.toNanos();
        long seen = news();
        while (!awaitLeader().members().equals(members)) {
            if (System.nanoTime() - deadline > 0) {
                throw new OperationFailedException(
                        "The members are not what they should be",
                        "they are %s instead of %s"
                                .formatted(names(awaitLeader().members()), names(members)),
                        "look at 'howdah status'",
                        "");
            }
            awaitNews(seen);
            seen = news();
        }
    }

    /** Proves that the cluster takes writes. */
    void prove(Duration limit) {
        ClusterConfiguration.GatewayEntry gateway = configuration.gateways().getFirst();
        try {
            writes.commit(configuration.host(), gateway.ports().readWrite(), secrets.postgresPassword(), limit);
            tell(gateway.id().value(), "took a write");
        } catch (WriteCheck.WriteFailedException e) {
            throw new OperationFailedException(
                    "No write has been taken",
                    "through %s: %s".formatted(gateway.id(), e.getMessage()),
                    "look at 'howdah status'",
                    gateway.id().value());
        }
    }

    List<NodeEntry> nodes() {
        return configuration.nodes();
    }
}
