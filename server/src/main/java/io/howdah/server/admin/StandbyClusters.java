package io.howdah.server.admin;

import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeStatus;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Role;
import io.howdah.kernel.quorum.Quorum;
import io.howdah.server.configuration.ClusterConfiguration;
import io.howdah.server.configuration.ClusterConfiguration.NodeEntry;
import io.howdah.server.configuration.RemotePrimary;
import io.howdah.server.configuration.Secrets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes a standby cluster one in its own right, and the other way round. Neither loses an acknowledged commit unless an
 * operator says that it may: a cluster is demoted only after the other has received all of its log, and promoted only when
 * the other takes no writes. One operation's.
 */
final class StandbyClusters {
    private static final Duration STILL_LIMIT = Duration.ofSeconds(20);
    private static final Duration RECEIVE_LIMIT = Duration.ofSeconds(10);
    private static final Duration PROOF = Duration.ofSeconds(15);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final Lifecycle cluster;
    private final Secrets secrets;

    StandbyClusters(Lifecycle cluster, Secrets secrets) {
        this.cluster = cluster;
        this.secrets = secrets;
    }

    void promote(OperationRequest.Promote request) throws InterruptedException {
        ClusterConfiguration before = cluster.configuration();
        RemotePrimary remote = before.standbyOf()
                .orElseThrow(() -> new OperationFailedException(
                        "This cluster follows no other", "it is one in its own right", "howdah status", ""));
        if (!request.acceptDataLoss()) {
            refuseWhileWritten(remote);
        }
        Set<NodeId> voters = voters(before);
        Set<NodeId> present = present(voters);
        if (!Quorum.isMajority(present, voters)) {
            voters.removeAll(present);
            throw new OperationFailedException(
                    "There is no majority",
                    "%s cannot be reached or has no data".formatted(Lifecycle.names(voters)),
                    "bring one back first: 'howdah up'",
                    "");
        }
        // While the log still has a rule of this cluster, its members elect by it as ever.
        boolean founding =
                statuses().stream().allMatch(status -> status.members().isEmpty());
        cluster.tell("cluster", "follows %s no more".formatted(remote));
        cluster.reconfigure(before.following(Optional.empty()));
        try {
            if (founding) {
                found(present, voters);
            }
            NodeStatus leader = cluster.awaitLeader();
            cluster.prove(PROOF);
            cluster.tell(leader.node().value(), "leads term " + leader.term());
        } catch (OperationFailedException e) {
            if (cluster.snapshot().leader().isEmpty()) {
                cluster.reconfigure(before);
                cluster.tell("cluster", "follows %s again".formatted(remote));
            }
            throw e;
        }
    }

    private void refuseWhileWritten(RemotePrimary remote) {
        boolean written;
        try {
            written = !new RemoteServer(remote, secrets).look().standby();
        } catch (OperationFailedException e) {
            cluster.tell("cluster", "the remote primary does not answer: " + e.detail());
            return;
        }
        if (written) {
            throw new OperationFailedException(
                    "The remote primary takes writes",
                    "what is written at %s from now on this cluster would not have".formatted(remote),
                    "demote that cluster first ('howdah cluster demote --standby-of ...' there), or stop it; or --accept-data-loss",
                    "");
        }
    }

    /** The node that reaches furthest writes the first rule of this cluster on what it has. */
    private void found(Set<NodeId> voices, Set<NodeId> members) throws InterruptedException {
        awaitStill();
        NodeId best = statuses().stream()
                .filter(status -> voices.contains(status.node()))
                .filter(status -> status.position().isPresent()
                        && !cluster.require(status.node().value()).tags().neverLeader())
                .max(Comparator.<NodeStatus, Position>comparing(
                                status -> status.position().orElseThrow())
                        .thenComparing(NodeStatus::node, Comparator.reverseOrder()))
                .map(NodeStatus::node)
                .orElseThrow(() -> new OperationFailedException(
                        "Nobody can lead", "no node that may lead has a position", "howdah status", ""));
        cluster.tell(best.value(), "is ordered to lead with the voices of " + Lifecycle.names(voices));
        ObjectNode body = Json.object()
                .put("founding", true)
                .put("accept_data_loss", false)
                .put("reason", "the standby cluster was promoted");
        add(body.putArray("voices"), voices);
        add(body.putArray("members"), members);
        cluster.order(best, "force-leadership", body);
    }

    void demote(OperationRequest.Demote request) throws InterruptedException {
        ClusterConfiguration before = cluster.configuration();
        if (before.standbyOf().isPresent()) {
            throw new OperationFailedException(
                    "This cluster follows another already",
                    before.standbyOf().get().toString(),
                    "howdah status",
                    "");
        }
        NodeStatus leader = cluster.awaitLeader();
        RemoteServer remote = new RemoteServer(request.remote(), secrets);
        RemoteServer.Seen seen = remote.look();
        refuseUnlike(request.remote(), seen, leader);
        cluster.tell(leader.node().value(), "stops taking writes");
        cluster.reconfigure(before.following(Optional.of(request.remote())));
        try {
            Position end = awaitStill();
            awaitReceived(remote, end);
            cluster.tell("cluster", "%s has everything, up to %s".formatted(request.remote(), end));
        } catch (OperationFailedException e) {
            cluster.reconfigure(before);
            cluster.awaitLeader();
            cluster.prove(PROOF);
            throw new OperationFailedException(
                    "The cluster stays what it was", e.detail() + "; it takes writes again", e.hint(), e.component());
        }
        for (NodeEntry node : before.nodes()) {
            cluster.awaitInPlace(node.id());
        }
    }

    private void refuseUnlike(RemotePrimary where, RemoteServer.Seen seen, NodeStatus leader) {
        long own = new RemoteServer(new RemotePrimary(leader.host(), leader.postgresPort()), secrets)
                .look()
                .systemIdentifier();
        if (seen.systemIdentifier() != own) {
            throw new OperationFailedException(
                    "That is no copy of this cluster",
                    "%s has system identifier %s, this cluster has %s"
                            .formatted(
                                    where, Long.toUnsignedString(seen.systemIdentifier()), Long.toUnsignedString(own)),
                    "make one first: 'howdah up --standby-of ...' in another directory",
                    "");
        }
        if (!seen.standby()) {
            throw new OperationFailedException(
                    "That server takes writes itself",
                    "%s is a primary: what either cluster has written the other has not".formatted(where),
                    "name the server of a cluster that follows this one",
                    "");
        }
    }

    /** Waits until no node of this cluster is a primary; returns how far their logs reach. */
    private Position awaitStill() throws InterruptedException {
        long deadlineNanos = System.nanoTime() + STILL_LIMIT.toNanos();
        while (true) {
            long news = cluster.news();
            List<NodeStatus> statuses = statuses();
            boolean still = statuses.stream()
                    .allMatch(status -> status.role() == Role.STANDBY
                            && !status.gateOpen()
                            && status.position().isPresent());
            if (still && !statuses.isEmpty()) {
                return statuses.stream()
                        .map(status -> status.position().orElseThrow())
                        .max(Comparator.naturalOrder())
                        .orElseThrow();
            }
            if (System.nanoTime() > deadlineNanos) {
                throw new OperationFailedException(
                        "The nodes do not come to rest",
                        statuses.stream()
                                .map(status -> status.node() + " is " + Words.of(status.state()))
                                .collect(Collectors.joining(", ")),
                        "howdah status",
                        "");
            }
            cluster.awaitNews(news);
        }
    }

    private static void awaitReceived(RemoteServer remote, Position end) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + RECEIVE_LIMIT.toNanos();
        while (true) {
            RemoteServer.Seen seen = remote.look();
            if (!seen.reached().lsn().isBefore(end.lsn())) {
                return;
            }
            if (System.nanoTime() > deadlineNanos) {
                throw new OperationFailedException(
                        "The other side has not received everything",
                        "it has the log up to %s of %s".formatted(seen.reached().lsn(), end.lsn()),
                        "see that it streams from this cluster, then try again",
                        "");
            }
            Thread.sleep(LOOK_AGAIN);
        }
    }

    private List<NodeStatus> statuses() {
        return cluster.snapshot().nodes().stream()
                .flatMap(node -> node.fresh().stream())
                .toList();
    }

    private Set<NodeId> present(Set<NodeId> voters) {
        return statuses().stream()
                .filter(status ->
                        voters.contains(status.node()) && status.position().isPresent())
                .map(NodeStatus::node)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<NodeId> voters(ClusterConfiguration configuration) {
        return configuration.nodes().stream()
                .filter(node -> node.tags().mayVote())
                .map(NodeEntry::id)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void add(ArrayNode array, Set<NodeId> nodes) {
        nodes.forEach(node -> array.add(node.value()));
    }
}
