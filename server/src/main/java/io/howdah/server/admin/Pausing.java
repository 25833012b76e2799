package io.howdah.server.admin;

import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeStatus;
import io.howdah.kernel.model.Pause;
import io.howdah.kernel.quorum.Quorum;
import java.time.Duration;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.node.ObjectNode;

/**
 * Pauses elections and lets them go on. One node is told, the nodes tell each other; what counts is that a majority knows:
 * then no election can be won during a pause, and one can be won after it.
 */
final class Pausing {
    private static final Duration SPREAD = Duration.ofSeconds(10);

    private final Lifecycle cluster;

    Pausing(Lifecycle cluster) {
        this.cluster = cluster;
    }

    ObjectNode run(OperationRequest.Pausing request) throws InterruptedException {
        NodeId first = cluster.snapshot().nodes().stream()
                .filter(node -> node.fresh().isPresent())
                .min(Comparator.comparing(node -> !node.leads()))
                .map(node -> node.entry().id())
                .orElseThrow(() -> new OperationFailedException(
                        "No node can be reached",
                        String.join("; ", cluster.snapshot().problems()),
                        "start them: 'howdah up'",
                        ""));
        ObjectNode answer = cluster.order(
                first,
                "pause",
                Json.object()
                        .put("on", request.on())
                        .put("seconds", request.seconds())
                        .put("reason", request.reason()));
        long version = answer.path("version").asLong();
        cluster.tell(first.value(), request.on() ? "knows of the pause" : "knows that elections go on");
        awaitMajority(version);
        ObjectNode result = Json.object();
        StatusDocument.putPause(result, cluster.snapshot().pause());
        return result;
    }

    private void awaitMajority(long version) throws InterruptedException {
        Set<NodeId> voters = new TreeSet<>();
        cluster.snapshot().nodes().forEach(node -> node.last().ifPresent(status -> voters.addAll(status.members())));
        long deadlineNanos = System.nanoTime() + SPREAD.toNanos();
        while (true) {
            long seen = cluster.news();
            Set<NodeId> know = new TreeSet<>();
            for (NodeView node : cluster.snapshot().nodes()) {
                node.fresh()
                        .filter(status -> status.pause().version() >= version)
                        .map(NodeStatus::node)
                        .ifPresent(know::add);
            }
            know.retainAll(voters);
            if (Quorum.isMajority(know, voters)) {
                cluster.tell("cluster", "%s know it".formatted(Lifecycle.names(know)));
                return;
            }
            if (System.nanoTime() > deadlineNanos) {
                throw new OperationFailedException(
                        "Only a minority knows it",
                        "of the voters %s only %s took the word in; the others learn of it when they are back"
                                .formatted(Lifecycle.names(voters), Lifecycle.names(know)),
                        "look at 'howdah status'",
                        "");
            }
            cluster.awaitNews(seen);
        }
    }

    /** The newest word that any node is known to have heard. */
    static Pause newest(Pause one, Pause other) {
        return one.supersedes(other) ? one : other;
    }
}
