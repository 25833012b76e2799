package io.howdah.server.admin;

import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeStatus;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.quorum.Quorum;
import io.howdah.server.configuration.ClusterConfiguration;
import io.howdah.server.configuration.ClusterConfiguration.NodeEntry;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an operator decides when the election cannot: who is to lead although others may hold more, and who goes on when a
 * majority is lost for good. Both say first what they may cost.
 */
final class LeaderRecovery {
    private static final Duration PROOF = Duration.ofSeconds(30);

    /** Above every term: fences whatever a node has promised, until the real term is known. */
    private static final long EVERY_TERM = 999_999_999_999L;

    private final Lifecycle cluster;

    LeaderRecovery(Lifecycle cluster) {
        this.cluster = cluster;
    }

    /** What is known of one node's data, from its last word, however old. */
    private record Held(NodeEntry entry, boolean reachable, Optional<NodeStatus> last, Duration age) {
        NodeId id() {
            return entry.id();
        }

        Optional<Position> position() {
            return last.flatMap(NodeStatus::position);
        }
    }

    private List<Held> held() {
        return cluster.snapshot().nodes().stream()
                .map(node -> new Held(node.entry(), node.fresh().isPresent(), node.last(), node.age()))
                .toList();
    }

    /** The newest rule's members, as far as anybody who can be reached says. */
    private static Set<NodeId> members(List<Held> held) {
        return held.stream()
                .filter(Held::reachable)
                .flatMap(node -> node.last().stream())
                .filter(status -> !status.members().isEmpty())
                .max(Comparator.comparing(NodeStatus::term)
                        .thenComparing(status -> status.position().orElse(Position.of(1, "0/0"))))
                .<Set<NodeId>>map(status -> new TreeSet<>(status.members()))
                .orElseGet(TreeSet::new);
    }

    private static boolean hasData(Held node) {
        return node.reachable() && node.position().isPresent();
    }

    // ---- failover

    ObjectNode failover(OperationRequest.Failover request) throws InterruptedException {
        NodeId target = cluster.require(request.target()).id();
        List<Held> held = held();
        Held chosen = held.stream()
                .filter(node -> node.id().equals(target))
                .findFirst()
                .orElseThrow();
        Optional<NodeStatus> leader = cluster.snapshot().leader();
        Set<NodeId> members = members(held);
        refuseUnfit(target, chosen, leader, members);
        boolean planned = leader.isPresent()
                && chosen.last()
                        .filter(status ->
                                status.leader().equals(Optional.of(leader.get().node())))
                        .isPresent()
                && cluster.snapshot()
                        .whatIsMissing(cluster.viewOf(target).orElseThrow())
                        .isEmpty();
        Optional<Held> furthest = held.stream()
                .filter(node -> node.position().isPresent() && members.contains(node.id()))
                .max(Comparator.comparing(node -> node.position().orElseThrow()));
        boolean loss = !planned
                && furthest.flatMap(Held::position)
                        .filter(position -> position.isAfter(chosen.position().orElseThrow()))
                        .isPresent();
        ObjectNode plan = Json.object()
                .put("target", target.value())
                .put("leader", leader.map(status -> status.node().value()).orElse(""))
                .put("planned", planned)
                .put("loss_possible", loss || (!planned && leader.isEmpty() && !heardOfAll(held, members)))
                .put(
                        "target_position",
                        chosen.position().map(Position::toString).orElse(""))
                .put("furthest", furthest.map(node -> node.id().value()).orElse(""))
                .put(
                        "furthest_position",
                        furthest.flatMap(Held::position).map(Position::toString).orElse(""))
                .put("loss_bytes", loss ? lossBytes(chosen, furthest.orElseThrow()) : 0);
        if (request.dryRun()) {
            return plan.put("dry_run", true);
        }
        if (planned) {
            cluster.tell(target.value(), "has everything within reach of the leader: a switchover will do");
            cluster.switchAway(target.value());
        } else {
            force(target, held, members, request.acceptDataLoss());
        }
        NodeStatus now = cluster.awaitLeader();
        cluster.prove(PROOF);
        return plan.put("to", now.node().value()).put("term", now.term().value());
    }

    private static boolean heardOfAll(List<Held> held, Set<NodeId> members) {
        return held.stream()
                .filter(node -> members.contains(node.id()))
                .allMatch(node -> node.position().isPresent());
    }

    private static long lossBytes(Held chosen, Held furthest) {
        return Math.max(
                0,
                furthest.position()
                        .orElseThrow()
                        .lsn()
                        .bytesAheadOf(chosen.position().orElseThrow().lsn()));
    }

    private static void refuseUnfit(NodeId target, Held chosen, Optional<NodeStatus> leader, Set<NodeId> members) {
        if (leader.filter(status -> status.node().equals(target)).isPresent()) {
            throw new OperationFailedException(target + " leads already", "nothing was done", "howdah status", "");
        }
        if (!hasData(chosen)) {
            throw new OperationFailedException(
                    target + " cannot lead",
                    chosen.reachable() ? "it has no data" : "it does not answer",
                    "start it with 'howdah up', or choose another node",
                    target.value());
        }
        if (chosen.entry().tags().neverLeader()) {
            throw new OperationFailedException(
                    target + " is not to lead",
                    "it is tagged never-leader",
                    "take the tag away first: 'howdah node tag %s never-leader=false'".formatted(target),
                    "");
        }
        if (!members.contains(target)) {
            throw new OperationFailedException(
                    target + " has no vote",
                    "the voters are " + Lifecycle.names(members),
                    "choose a voter; when too few of them are left: 'howdah cluster recover-quorum'",
                    "");
        }
    }

    private void force(NodeId target, List<Held> held, Set<NodeId> members, boolean acceptLoss) {
        Set<NodeId> voices = new TreeSet<>();
        held.stream()
                .filter(node -> members.contains(node.id()) && hasData(node))
                .forEach(node -> voices.add(node.id()));
        if (!Quorum.isMajority(voices, members)) {
            Set<NodeId> missing = new TreeSet<>(members);
            missing.removeAll(voices);
            throw new OperationFailedException(
                    "There is no majority",
                    "%s cannot be reached".formatted(Lifecycle.names(missing)),
                    "bring one back with 'howdah up'; when they are lost for good: 'howdah cluster recover-quorum'",
                    "");
        }
        cluster.tell(target.value(), "is ordered to lead with the voices of " + Lifecycle.names(voices));
        ObjectNode body =
                Json.object().put("accept_data_loss", acceptLoss).put("reason", "failover ordered by an operator");
        add(body.putArray("voices"), voices);
        add(body.putArray("members"), members);
        try {
            cluster.order(target, "force-leadership", body);
        } catch (OperationFailedException e) {
            if (!e.detail().contains("could be lost")) {
                throw e;
            }
            throw new OperationFailedException(
                    "Acknowledged commits could be lost",
                    e.detail(),
                    "choose the node that reaches furthest, or accept it: --accept-data-loss",
                    "");
        }
    }

    // ---- lost majority

    ObjectNode recoverQuorum(OperationRequest.RecoverQuorum request) throws InterruptedException {
        List<Held> held = held();
        Set<NodeId> members = members(held);
        Set<NodeId> survivors = new TreeSet<>();
        Set<NodeId> lost = new TreeSet<>(members);
        for (Held node : held) {
            if (hasData(node)) {
                survivors.add(node.id());
                lost.remove(node.id());
            }
        }
        Set<NodeId> voting = new TreeSet<>(survivors);
        voting.retainAll(members);
        if (Quorum.isMajority(voting, members) && !members.isEmpty()) {
            throw new OperationFailedException(
                    "The majority is not lost",
                    "of the voters %s these are here: %s".formatted(Lifecycle.names(members), Lifecycle.names(voting)),
                    "they elect by themselves: 'howdah status'; to choose who leads: 'howdah failover --to NODE'",
                    "");
        }
        if (survivors.isEmpty()) {
            throw new OperationFailedException(
                    "No node holds data that can be used",
                    "none answers with a log position",
                    "start what is left with 'howdah up'",
                    "");
        }
        // A copy without a vote may reach as far as a voter, but only a voter's word counted.
        Set<NodeId> candidates = voting.isEmpty() ? survivors : voting;
        Held best = held.stream()
                .filter(node -> request.target().isEmpty()
                        ? candidates.contains(node.id())
                        : node.id().value().equals(request.target()) && survivors.contains(node.id()))
                .max(Comparator.<Held, Position>comparing(
                                node -> node.position().orElseThrow())
                        .thenComparing(Held::id, Comparator.reverseOrder()))
                .orElseThrow(() -> new OperationFailedException(
                        request.target() + " cannot lead",
                        "these hold data and can be reached: " + Lifecycle.names(survivors),
                        "choose one of them",
                        ""));
        ObjectNode plan = plan(held, members, candidates, lost, best);
        if (request.dryRun()) {
            return plan.put("dry_run", true);
        }
        if (!request.confirm().equals(cluster.configuration().name())) {
            throw new OperationFailedException(
                    "Not confirmed",
                    "whatever only %s hold is lost; this needs the cluster's name, '%s'"
                            .formatted(
                                    Lifecycle.names(lost),
                                    cluster.configuration().name()),
                    "repeat with --confirm %s".formatted(cluster.configuration().name()),
                    "");
        }
        goOn(best.id(), candidates);
        return plan;
    }

    private ObjectNode plan(List<Held> held, Set<NodeId> members, Set<NodeId> candidates, Set<NodeId> lost, Held best) {
        ObjectNode plan = Json.object()
                .put("cluster", cluster.configuration().name())
                .put("best", best.id().value());
        add(plan.putArray("members"), members);
        add(plan.putArray("survivors"), candidates);
        add(plan.putArray("lost"), lost);
        ArrayNode nodes = plan.putArray("nodes");
        for (Held node : held) {
            nodes.addObject()
                    .put("id", node.id().value())
                    .put("reachable", node.reachable())
                    .put("voter", members.contains(node.id()))
                    .put(
                            "term",
                            node.last().map(status -> status.term().value()).orElse(0L))
                    .put("position", node.position().map(Position::toString).orElse(""))
                    .put("last_contact_ms", node.last().isPresent() ? node.age().toMillis() : -1);
        }
        return plan;
    }

    /** Fences who is not there, has the best lead with the members that are left, and proves that it works. */
    private void goOn(NodeId best, Set<NodeId> survivors) throws InterruptedException {
        ClusterConfiguration before = cluster.configuration();
        ClusterConfiguration fenced = fence(before, survivors, EVERY_TERM);
        for (NodeEntry node : before.nodes()) {
            if (!survivors.contains(node.id())) {
                cluster.tell(node.id().value(), "is fenced: when it comes back its data is set aside and cloned anew");
                cluster.provisioner().stopOne(node.id().value(), cluster::tell);
            }
        }
        cluster.reconfigure(fenced);
        ObjectNode body =
                Json.object().put("accept_data_loss", true).put("reason", "the majority was given up by an operator");
        add(body.putArray("voices"), survivors);
        add(body.putArray("members"), survivors);
        cluster.tell(best.value(), "is ordered to lead with " + Lifecycle.names(survivors));
        try {
            cluster.order(best, "force-leadership", body);
        } catch (OperationFailedException e) {
            cluster.reconfigure(before);
            throw e;
        }
        NodeStatus leader = cluster.awaitLeader();
        cluster.reconfigure(fence(before, survivors, leader.term().value()));
        cluster.prove(PROOF);
        cluster.tell(
                leader.node().value(),
                "leads term %s with the members %s".formatted(leader.term(), Lifecycle.names(leader.members())));
    }

    private static ClusterConfiguration fence(ClusterConfiguration before, Set<NodeId> survivors, long term) {
        return before.with(
                before.nodes().stream()
                        .map(node -> survivors.contains(node.id()) ? node : node.withFence(OptionalLong.of(term)))
                        .toList(),
                before.gateways());
    }

    private static void add(ArrayNode array, Set<NodeId> nodes) {
        nodes.forEach(node -> array.add(node.value()));
    }
}
