package io.howdah.server.admin;

import io.howdah.kernel.model.Cell;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeStatus;
import io.howdah.kernel.model.NodeTags;
import io.howdah.server.configuration.ClusterConfiguration;
import io.howdah.server.configuration.ClusterConfiguration.NodeEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Adds, removes, restarts, rebuilds and tags nodes, one at a time. What was begun and did not end can be asked for again. */
final class NodeOperations {
    private final Lifecycle cluster;

    NodeOperations(Lifecycle cluster) {
        this.cluster = cluster;
    }

    /** Starts one node more and waits until it is a voter, or a copy if it is not to be one. */
    NodeId add(OperationRequest.NodeAdd request) throws InterruptedException {
        Optional<NodeId> name = named(request.id());
        Optional<Cell> cell =
                Optional.of(request.cell()).filter(text -> !text.isEmpty()).map(Cell::new);
        NodeTags tags = NodeTags.parse(request.tags());
        cluster.awaitLeader();
        ClusterConfiguration before = cluster.configuration();
        ClusterConfiguration after = cluster.provisioner().grown(before, name, cell, tags);
        NodeEntry added = after.nodes().getLast();
        cluster.tell(
                added.id().value(), "joins in %s, PostgreSQL on port %d".formatted(added.cell(), added.postgresPort()));
        cluster.reconfigure(after);
        List<String> starting = new ArrayList<>(List.of(added.id().value()));
        after.gateways().stream()
                .filter(gateway -> !before.gateways().contains(gateway))
                .forEach(gateway -> starting.add(gateway.id().value()));
        cluster.provisioner().start(starting, cluster::tell);
        cluster.awaitInPlace(added.id());
        cluster.tell(added.id().value(), tags.mayVote() ? "streams and votes" : "streams, without a vote");
        return added.id();
    }

    private Optional<NodeId> named(String id) {
        if (id.isEmpty()) {
            return Optional.empty();
        }
        NodeId wanted = new NodeId(id);
        ClusterConfiguration present = cluster.configuration();
        boolean gateway =
                present.gateways().stream().anyMatch(entry -> entry.id().value().equals(id));
        if (present.node(wanted).isPresent() || gateway || id.equals("admin")) {
            throw new OperationFailedException(
                    "The name is taken",
                    "'%s' is a part of this cluster already".formatted(id),
                    "choose another name, or leave --id out",
                    "");
        }
        if (present.retired().contains(wanted)) {
            throw new OperationFailedException(
                    "The name was used before",
                    "'%s' was removed; a node that came back under its name without its promises could vote twice"
                            .formatted(id),
                    "choose another name, or leave --id out",
                    "");
        }
        return Optional.of(wanted);
    }

    /** Takes a node out of the rule, then out of the cluster. Its name is not used again. */
    void remove(OperationRequest.NodeRemove request) throws InterruptedException {
        NodeEntry leaving = cluster.require(request.node());
        NodeId id = leaving.id();
        if (cluster.nodes().size() == 1) {
            throw new OperationFailedException(
                    "The last node cannot be removed",
                    "%s is all there is of this cluster".formatted(id),
                    "to give the cluster up: 'howdah down --clean'",
                    "");
        }
        requireOtherLeader(id);
        cluster.requireMajorityWithout(id, true);
        if (cluster.leads(id)) {
            cluster.tell(id.value(), "leads; another node takes over first");
            cluster.switchAway("");
        }
        silence(leaving);
        cluster.tell(id.value(), "stops");
        cluster.provisioner().stopOne(id.value(), cluster::tell);
        cluster.reconfigure(withoutUpstream(cluster.configuration().without(id), id));
        cluster.provisioner().discard(id.value(), !request.keepData());
        cluster.tell(id.value(), request.keepData() ? "is removed; its data stays where it is" : "is removed");
    }

    /**
     * Takes a node's vote. First everybody learns that it is not to have one, so that whoever leads next does not make it a
     * member again.
     */
    private void silence(NodeEntry node) throws InterruptedException {
        cluster.reconfigure(cluster.configuration().withNode(node.withTags(silenced(node.tags()))));
        try {
            cluster.removeMember(node.id());
        } catch (OperationFailedException e) {
            cluster.reconfigure(cluster.configuration().withNode(node));
            throw e;
        }
    }

    /** Those that streamed from it stream from the leader, still without a vote. */
    private ClusterConfiguration withoutUpstream(ClusterConfiguration left, NodeId gone) {
        ClusterConfiguration changed = left;
        for (NodeEntry node : left.nodes()) {
            if (node.tags().upstream().filter(gone::equals).isPresent()) {
                cluster.tell(node.id().value(), "streams from the leader, since %s is gone".formatted(gone));
                changed = changed.withNode(node.withTags(silenced(node.tags()).with(NodeTags.UPSTREAM, "")));
            }
        }
        return changed;
    }

    private static NodeTags silenced(NodeTags tags) {
        return tags.with(NodeTags.NON_VOTER, "true");
    }

    private void requireOtherLeader(NodeId without) {
        boolean any = cluster.nodes().stream()
                .anyMatch(node -> !node.id().equals(without)
                        && node.tags().mayVote()
                        && !node.tags().neverLeader());
        if (!any) {
            throw new OperationFailedException(
                    "Nobody else may lead",
                    "every node but %s is tagged so that it cannot".formatted(without),
                    "take a tag away first: 'howdah node tag NODE never-leader=false'",
                    "");
        }
    }

    /** Restarts one node, or all of them one after the other: copies first, the leader last and after it has handed over. */
    void restart(OperationRequest.NodeRestart request) throws InterruptedException {
        if (!request.node().isEmpty()) {
            restartOne(cluster.require(request.node()).id());
            return;
        }
        NodeId leader = cluster.awaitLeader().node();
        List<NodeId> order = Stream.concat(
                        cluster.nodes().stream().map(NodeEntry::id).filter(node -> !node.equals(leader)),
                        Stream.of(leader))
                .toList();
        for (NodeId node : order) {
            restartOne(node);
        }
    }

    private void restartOne(NodeId node) throws InterruptedException {
        boolean alone = cluster.awaitLeader().members().size() == 1 && cluster.leads(node);
        if (alone) {
            cluster.tell(node.value(), "is the only voter: writes wait while it restarts");
        } else {
            cluster.requireMajorityWithout(node, false);
            if (cluster.leads(node)) {
                cluster.tell(node.value(), "leads; another node takes over first");
                cluster.switchAway("");
            }
        }
        cluster.tell(node.value(), "stops");
        cluster.provisioner().stopOne(node.value(), cluster::tell);
        cluster.provisioner().start(List.of(node.value()), cluster::tell);
        cluster.awaitInPlace(node);
        cluster.tell(node.value(), "is back");
    }

    /** Has a copy made anew. */
    void rebuild(OperationRequest.NodeRebuild request) throws InterruptedException {
        NodeEntry entry = cluster.require(request.node());
        NodeId id = entry.id();
        if (!request.from().isEmpty()) {
            cluster.require(request.from());
        }
        NodeStatus leader = cluster.awaitLeader();
        if (leader.node().equals(id)) {
            throw new OperationFailedException(
                    id + " leads",
                    "a leader's data is what the others copy",
                    "hand over first: 'howdah switchover', then 'howdah node rebuild %s'".formatted(id),
                    "");
        }
        cluster.requireMajorityWithout(id, false);
        var body = Json.object().put("discard", request.discard());
        if (!request.from().isEmpty() && !request.from().equals(leader.node().value())) {
            body.put("from", request.from());
        }
        if (!request.backup().isEmpty()) {
            body.put("backup", request.backup());
        }
        String words = cluster.order(id, "rebuild", body).path("words").asString("clones");
        cluster.tell(id.value(), words);
        cluster.awaitInPlace(id);
        cluster.tell(
                id.value(),
                request.discard()
                        ? "has a new copy"
                        : "has a new copy; the former one is kept beside it as pgdata.before-clone");
    }

    /** Changes what is wished of a node. */
    void tag(OperationRequest.NodeTag request) throws InterruptedException {
        NodeEntry entry = cluster.require(request.node());
        NodeId id = entry.id();
        NodeTags tags = entry.tags();
        for (Map.Entry<String, String> change : request.tags().entrySet()) {
            tags = tags.with(change.getKey(), change.getValue());
        }
        requireUpstream(id, tags);
        boolean mayLead = tags.mayVote() && !tags.neverLeader();
        if (!mayLead) {
            requireOtherLeader(id);
        }
        boolean leavesRule = entry.tags().mayVote() && !tags.mayVote();
        if (leavesRule) {
            cluster.requireMajorityWithout(id, true);
        }
        if (!mayLead && cluster.leads(id)) {
            cluster.tell(id.value(), "leads and is not to; another node takes over first");
            cluster.switchAway("");
        }
        if (leavesRule) {
            // Its confirmations may be needed for this change itself, so what ends them comes afterwards.
            silence(entry);
        }
        cluster.reconfigure(cluster.configuration().withNode(entry.withTags(tags)));
        cluster.tell(id.value(), tags.equals(NodeTags.NONE) ? "has no tags" : "is tagged " + tags);
        boolean reachable = cluster.viewOf(id).flatMap(NodeView::fresh).isPresent();
        if (reachable || leavesRule) {
            NodeTags wanted = tags;
            cluster.await(
                    id,
                    seen -> seen.fresh().isEmpty()
                            || seen.fresh()
                                    .filter(status -> status.tags().equals(wanted))
                                    .isPresent());
            if (!entry.tags().mayVote() && tags.mayVote()) {
                cluster.awaitInPlace(id);
            }
        }
    }

    private void requireUpstream(NodeId id, NodeTags tags) {
        if (tags.upstream().isEmpty()) {
            return;
        }
        NodeEntry upstream = cluster.require(tags.upstream().get().value());
        if (upstream.id().equals(id) || upstream.tags().upstream().isPresent()) {
            throw new OperationFailedException(
                    "%s cannot be the upstream of %s".formatted(upstream.id(), id),
                    upstream.id().equals(id)
                            ? "a node cannot copy itself"
                            : "it streams from %s itself"
                                    .formatted(upstream.tags().upstream().get()),
                    "choose a node that streams from the leader",
                    "");
        }
    }
}
