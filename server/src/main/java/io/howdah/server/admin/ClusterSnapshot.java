package io.howdah.server.admin;

import io.howdah.kernel.model.GatewayId;
import io.howdah.kernel.model.LogicalSlot;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeState;
import io.howdah.kernel.model.NodeStatus;
import io.howdah.kernel.model.Pause;
import io.howdah.kernel.model.Term;
import io.howdah.kernel.quorum.Quorum;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What admin knows about all nodes at one moment; the judgment about it is here, and pure. */
record ClusterSnapshot(List<NodeView> nodes, boolean standbyCluster) {
    ClusterSnapshot {
        nodes = List.copyOf(nodes);
    }

    /** In a standby cluster: the node that receives from the remote primary. */
    Optional<NodeStatus> head() {
        return nodes.stream()
                .flatMap(node -> node.fresh().stream())
                .filter(status -> standbyCluster
                        && status.leader().filter(status.node()::equals).isPresent())
                .findFirst();
    }

    /** Of those that say that they are open to clients, the one of the highest term. */
    Optional<NodeStatus> leader() {
        return nodes.stream()
                .filter(NodeView::leads)
                .flatMap(node -> node.fresh().stream())
                .max(Comparator.comparing(NodeStatus::term));
    }

    Term term() {
        return nodes.stream()
                .flatMap(node -> node.last().stream())
                .map(NodeStatus::term)
                .max(Comparator.naturalOrder())
                .orElse(Term.ZERO);
    }

    /** Whether a majority of the voters would be left, and up to date, if the leader died now. */
    boolean canFailOver() {
        return leader().filter(leader -> {
                    Set<NodeId> members = leader.members();
                    long others = nodes.stream()
                            .flatMap(node -> node.fresh().stream())
                            .filter(status -> members.contains(status.node())
                                    && !status.node().equals(leader.node())
                                    && status.state() == NodeState.STREAMING)
                            .count();
                    return members.size() > 1 && others >= members.size() / 2 + 1;
                })
                .isPresent();
    }

    /** The gateway that a majority of the members lets carry a virtual address. */
    Optional<GatewayId> holder(String address) {
        List<NodeStatus> statuses =
                nodes.stream().flatMap(node -> node.fresh().stream()).toList();
        SortedSet<NodeId> members = statuses.stream()
                .max(Comparator.comparing(NodeStatus::term))
                .map(NodeStatus::members)
                .orElseGet(TreeSet::new);
        Map<GatewayId, Set<NodeId>> voices = new TreeMap<>();
        statuses.forEach(status -> status.addressGrants().stream()
                .filter(grant -> grant.address().equals(address))
                .forEach(grant -> voices.computeIfAbsent(grant.gateway(), _ -> new TreeSet<>())
                        .add(status.node())));
        return voices.entrySet().stream()
                .filter(voice -> Quorum.isMajority(voice.getValue(), members))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** Why a node is not yet what it should be; empty when it is. */
    Optional<String> whatIsMissing(NodeView node) {
        if (node.fresh().isEmpty()) {
            return Optional.of(node.whyNot());
        }
        NodeStatus status = node.fresh().get();
        String reason = status.reason().isEmpty() ? "" : ": " + status.reason();
        boolean leads =
                leader().filter(leader -> leader.node().equals(status.node())).isPresent();
        boolean inPlace = leads || status.state() == NodeState.STREAMING;
        if (!inPlace) {
            return Optional.of("it is " + Words.of(status.state()) + reason);
        }
        if (!node.entry().tags().mayVote() || standbyCluster) {
            return Optional.empty();
        }
        boolean votes = status.voter()
                && leader().filter(leader -> leader.members().contains(status.node()))
                        .isPresent();
        return votes ? Optional.empty() : Optional.of("it does not vote yet" + reason);
    }

    /** The newest word on elections that any node is known to have heard. */
    Pause pause() {
        return nodes.stream()
                .flatMap(node -> node.last().stream())
                .map(NodeStatus::pause)
                .reduce(Pause.NEVER, Pausing::newest);
    }

    /** Why whoever reads from this slot could not go on after a failover; empty when it could. */
    private Optional<String> whyLost(NodeStatus leader, LogicalSlot slot) {
        String lost = "the logical replication slot '%s' would be lost at a failover: ".formatted(slot.name());
        return switch (slot.fate()) {
            case UNSUPPORTED -> Optional.of(lost + "PostgreSQL 17 and newer can carry slots over, this version cannot");
            case UNMARKED ->
                Optional.of(lost
                        + "it was made without 'failover'; make it anew, or: alter subscription ... set (failover)");
            case MARKED -> {
                boolean carried = nodes.stream()
                        .flatMap(node -> node.fresh().stream())
                        .filter(status -> leader.members().contains(status.node()))
                        .anyMatch(status ->
                                status.logicalSlots().contains(new LogicalSlot(slot.name(), LogicalSlot.Fate.SYNCED)));
                yield carried ? Optional.empty() : Optional.of(lost + "no other voter has a usable copy of it yet");
            }
            case SYNCED, UNREADY -> Optional.empty();
        };
    }

    /** What a person should know, in sentences; empty when all is well. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        Pause pause = pause();
        if (pause.on()) {
            problems.add("elections are paused%s%s: nobody takes over when the leader is lost; 'howdah resume' ends it"
                    .formatted(
                            pause.untilEpochMillis() == 0
                                    ? ""
                                    : " until " + Instant.ofEpochMilli(pause.untilEpochMillis()),
                            pause.reason().isEmpty() ? "" : " (" + pause.reason() + ")"));
        }
        if (leader().isEmpty() && !standbyCluster) {
            problems.add("no leader takes writes");
        }
        List<NodeStatus> claimants = nodes.stream()
                .filter(NodeView::leads)
                .flatMap(node -> node.fresh().stream())
                .toList();
        if (claimants.size() > 1) {
            problems.add("%d nodes say that they lead; the one of the highest term, %s, counts"
                    .formatted(
                            claimants.size(),
                            leader().map(status -> status.node().value()).orElse("")));
        }
        for (NodeView node : nodes) {
            whatIsMissing(node).ifPresent(missing -> problems.add(node.entry().id() + ": " + missing));
        }
        leader().filter(leader -> leader.members().size() > 1)
                .ifPresent(leader -> leader.logicalSlots()
                        .forEach(slot -> whyLost(leader, slot).ifPresent(problems::add)));
        if (leader().isPresent() && nodes.size() > 1 && !canFailOver()) {
            problems.add("the loss of the leader would stop writes: too few other voters stream");
        }
        return problems;
    }
}
