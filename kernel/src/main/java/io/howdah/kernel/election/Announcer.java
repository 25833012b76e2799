package io.howdah.kernel.election;

import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Pause;
import io.howdah.kernel.model.Rule;
import io.howdah.kernel.model.Term;
import java.util.Optional;

/** What the peers and people are told of this node. */
final class Announcer {
    private record Shown(
            ElectionPhase phase,
            Term term,
            Optional<Leadership> following,
            boolean receiving,
            boolean gateOpen,
            Term resigned,
            PostgresState postgres,
            Optional<Rule> rule,
            Pause pause) {}

    private final Workspace work;
    private final Follower follower;
    private final Office office;
    private final Membership membership;
    private final Switchover switchover;
    private final RemoteFollower remoteFollower;
    private Optional<Shown> lastShown = Optional.empty();
    private long statusAtMillis;

    Announcer(
            Workspace work,
            Follower follower,
            Office office,
            Membership membership,
            Switchover switchover,
            RemoteFollower remoteFollower) {
        this.work = work;
        this.follower = follower;
        this.office = office;
        this.membership = membership;
        this.switchover = switchover;
        this.remoteFollower = remoteFollower;
    }

    /** Tells everybody at once when something has changed, and otherwise at regular intervals. */
    void settle() {
        Shown shown = new Shown(
                work.phases.current().name(),
                work.promises.durable().term(),
                follower.leadership().or(office::leadership),
                work.postgres().receiving(),
                office.gateOpen(),
                work.resignedTerm(),
                work.postgres().state(),
                work.ownRule(),
                work.pause());
        boolean changed = lastShown.filter(shown::equals).isEmpty();
        if (changed || work.due(statusAtMillis)) {
            lastShown = Optional.of(shown);
            statusAtMillis = work.now() + work.settings.statusMillis();
            work.broadcast(status());
        }
        work.due(statusAtMillis);
    }

    Message.Status status() {
        return new Message.Status(
                work.phases.current().name(),
                work.postgres().state(),
                work.postgres().position(),
                work.ownRule(),
                work.highestTimeline(),
                follower.leadership().or(office::leadership).map(Leadership::term),
                work.postgres().receiving(),
                work.resignedTerm(),
                work.successor(),
                office.leadership(),
                office.gateOpen(),
                work.pause(),
                work.postgres().condition());
    }

    ElectionView view() {
        Optional<NodeId> leader = office.term().isPresent()
                ? Optional.of(work.self)
                : follower.leadership().map(Leadership::leader).or(remoteFollower::head);
        return new ElectionView(
                work.promises.durable().term(),
                leader,
                work.phases.current().name(),
                office.gateOpen(),
                office.leaseUntilMillis(),
                reason(),
                switchover.drain(),
                work.ownRule(),
                work.isMember(),
                office.leadership(),
                work.promises.durable(),
                work.pause(),
                work.phases.current() instanceof Phase.Confirming || membership.isWriting(),
                work.wakeAt());
    }

    private static String source(Phase.Remote remote) {
        return remote.through().map(NodeId::toString).orElse("the remote primary");
    }

    private String reason() {
        return switch (work.phases.current()) {
            case Phase.Waiting waiting ->
                work.unfitness()
                        .or(() -> work.pause().on()
                                ? Optional.of(waiting.why() + "; elections are paused")
                                : Optional.empty())
                        .orElse(waiting.why());
            case Phase.SteppingDown down -> down.why();
            case Phase.Remote remote ->
                switch (remote.step()) {
                    case LOOKING -> "looks who else is there";
                    case ASKED -> "brings its data behind " + source(remote);
                    case JOINED -> "";
                    case FAILED ->
                        "could not follow " + source(remote) + " and will try again: " + remoteFollower.failure();
                };
            case Phase.Failed failed -> failed.why();
            case Phase.Following following ->
                switch (following.step()) {
                    case QUIESCING, PROMISING -> "leaves its former leader";
                    case ASKED ->
                        "brings its data behind " + following.leadership().leader();
                    case FAILED -> "could not follow " + following.leadership().leader() + " and will try again";
                    case JOINED ->
                        work.unfitness().map(why -> "has no voice: " + why).orElse("");
                };
            case Phase.Recruited recruited ->
                "takes part in the election of term " + recruited.recruitment().term();
            case Phase.Leading l -> {
                if (office.gateOpen()) {
                    yield "";
                }
                yield office.isCaretaker()
                        ? "is tagged never-leader and waits for another member to hand over to"
                        : "no majority stands behind the lease";
            }
            case Phase.Starting s -> s.name().sentence();
            case Phase.Promoting p -> p.name().sentence();
            case Phase.Confirming c -> c.name().sentence();
            case Phase.HandingOver handing -> "hands over to " + handing.target();
        };
    }
}
