package io.howdah.kernel.election;

import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Promise;
import java.util.Comparator;
import java.util.Optional;

/**
 * This node in a standby cluster, whose data all comes from the primary of another cluster.
 *
 * <p>No commit is confirmed here, so there is nothing to promise and nobody to elect: which node receives from the remote
 * primary is a matter of good manners. It is the first by name of those that have data and can be heard, its head; the others
 * receive from it, so that the data crosses the distance once. Two nodes that both take themselves for the head cost
 * bandwidth and nothing else. When the cluster is to go on in its own right, an operator orders a {@link ForcedElection}, and
 * from there on everything is as ever.
 */
final class RemoteFollower {
    private static final long RETRY_MILLIS = 1_000;

    private final Workspace work;
    private final Instance instance;
    private final Office office;
    private String failure = "";

    RemoteFollower(Workspace work, Instance instance, Office office) {
        this.work = work;
        this.instance = instance;
        this.office = office;
    }

    /** Why following did not succeed the last time. */
    String failure() {
        return failure;
    }

    void onWord(boolean on) {
        if (work.standbyCluster != on) {
            work.note(on ? "the cluster follows the primary of another one" : "the cluster is one in its own right");
        }
        work.standbyCluster = on;
    }

    /** The node that receives from the remote primary, as seen from here; empty in any other cluster. */
    Optional<NodeId> head() {
        return work.standbyCluster ? Optional.of(choose()) : Optional.empty();
    }

    private NodeId choose() {
        return work.everybody().stream()
                .filter(node -> node.equals(work.self)
                        || work.peers.isHeardSince(node, work.now() - work.settings.suspectMillis()))
                .min(Comparator.comparing(this::lacksData).thenComparing(Comparator.naturalOrder()))
                .orElse(work.self);
    }

    private boolean lacksData(NodeId node) {
        PostgresState state = node.equals(work.self)
                ? work.postgres().state()
                : work.peers.status(node).map(Message.Status::postgres).orElse(PostgresState.EMPTY);
        return state != PostgresState.STANDBY;
    }

    void onFollowing(Input.FollowingRemote done) {
        if (work.phases.current() instanceof Phase.Remote remote
                && remote.step() == Phase.RemoteStep.ASKED
                && remote.through().equals(done.through())) {
            failure = done.failure();
            work.phases.move(
                    remote.at(failure.isEmpty() ? Phase.RemoteStep.JOINED : Phase.RemoteStep.FAILED, work.now()));
        }
    }

    void settle() {
        if (!work.standbyCluster) {
            if (work.phases.current() instanceof Phase.Remote) {
                work.phases.move(new Phase.Waiting("has followed another cluster until now"));
            }
            return;
        }
        switch (work.phases.current()) {
            case Phase.Waiting w -> look();
            case Phase.Following f -> look();
            case Phase.Recruited r -> look();
            case Phase.Promoting p -> resign();
            case Phase.Confirming c -> resign();
            case Phase.Leading l -> resign();
            case Phase.Remote remote -> goOn(remote);
            // These end by themselves.
            case Phase.Starting s -> {}
            case Phase.HandingOver h -> {}
            case Phase.SteppingDown s -> {}
            case Phase.Failed f -> {}
        }
    }

    private void resign() {
        office.layDown("the cluster is to follow the primary of another one");
    }

    private void look() {
        work.phases.move(new Phase.Remote(Optional.empty(), Phase.RemoteStep.LOOKING, work.now()));
        work.due(work.now() + work.settings.suspectMillis());
    }

    private void goOn(Phase.Remote remote) {
        Optional<NodeId> source = Optional.of(choose()).filter(head -> !head.equals(work.self));
        switch (remote.step()) {
            case LOOKING -> {
                boolean allHeard = work.everybody().stream()
                        .allMatch(
                                node -> node.equals(work.self) || work.peers.isHeardSince(node, remote.sinceMillis()));
                if (allHeard || work.due(remote.sinceMillis() + work.settings.suspectMillis())) {
                    ask(source);
                }
            }
            case JOINED -> {
                if (!source.equals(remote.through())) {
                    ask(source);
                } else if (work.postgres().receiving()) {
                    work.phases.move(remote.at(Phase.RemoteStep.JOINED, work.now()));
                } else if (work.due(remote.sinceMillis() + work.settings.refollowMillis())) {
                    ask(source);
                }
            }
            case FAILED -> {
                if (work.due(remote.sinceMillis() + RETRY_MILLIS)) {
                    ask(source);
                }
            }
            // What takes long is a copy of the data; it is not begun again because somebody else came up meanwhile.
            case ASKED -> {}
        }
    }

    private void ask(Optional<NodeId> source) {
        // An instance that is down is brought up first, and an order to be quiet would take this one with it.
        boolean ready = !instance.isPending()
                && (work.postgres().state() == PostgresState.STANDBY
                        || work.postgres().state() == PostgresState.EMPTY
                        || work.promises.latest().operation() != Promise.Operation.NONE);
        if (!ready) {
            return;
        }
        work.phases.move(new Phase.Remote(source, Phase.RemoteStep.ASKED, work.now()));
        instance.disturb();
        work.emit(new Effect.FollowRemote(source));
    }
}
