package io.howdah.kernel.election;

import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Term;
import io.howdah.kernel.quorum.Quorum;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * This node as a coordinator: asks whether the others see it the same way, gathers promises, names the winner. It may
 * fail at any point without harm: whoever promised waits a while and then begins a round of its own.
 */
final class Campaign {
    private static final long ASK_AGAIN_MILLIS = 300;
    private static final long RECRUIT_AGAIN_MILLIS = 100;
    private static final long ORDER_AGAIN_MILLIS = 100;
    private static final long ORDER_LIMIT_MILLIS = 1_000;
    private static final long NOT_PLANNED = -1;

    /** What the coordinator is at. */
    private sealed interface Stage {}

    private record Idle() implements Stage {}

    private record Asking(long ballot, Set<NodeId> willing, long sinceMillis, long askedMillis) implements Stage {}

    private record Recruiting(
            Recruitment round,
            TreeMap<NodeId, Candidates.Voice> granted,
            Set<NodeId> refused,
            Optional<NodeId> preferred,
            long sinceMillis,
            long sentMillis,
            long enoughMillis)
            implements Stage {}

    private record Ordered(Recruitment round, Candidates.Choice choice, Cause cause, long sinceMillis, long sentMillis)
            implements Stage {}

    private record Succession(Message.HandOver order, long sinceMillis, long deadlineMillis) {}

    private final Workspace work;
    private final Suspicion suspicion;
    private final Voter voter;
    private final Electorate electorate;
    private Stage stage = new Idle();
    private long plannedMillis = NOT_PLANNED;
    private Cause cause = Cause.failover("", 0);
    private long causedAtMillis;
    private Optional<Succession> succession = Optional.empty();

    Campaign(Workspace work, Suspicion suspicion, Voter voter) {
        this.work = work;
        this.suspicion = suspicion;
        this.voter = voter;
        this.electorate = new Electorate(work);
    }

    boolean isIdle() {
        return stage instanceof Idle;
    }

    /** Why this coordinator does not support another one's attempt; the lower name goes first when two ask at once. */
    Optional<String> rivalry(NodeId other) {
        return switch (stage) {
            case Idle i -> Optional.empty();
            case Asking asking -> {
                boolean yields =
                        other.compareTo(work.self) < 0 || work.now() >= asking.sinceMillis() + 2 * ASK_AGAIN_MILLIS;
                if (yields) {
                    stage = new Idle();
                    plannedMillis = NOT_PLANNED;
                }
                yield yields ? Optional.empty() : Optional.of("is asking itself");
            }
            case Recruiting r -> Optional.of("is recruiting itself");
            case Ordered o -> Optional.of("has just named a winner");
        };
    }

    void settle() {
        endIfOvertaken();
        switch (stage) {
            case Idle i -> considerStanding();
            case Asking asking -> {
                if (suspicion.verdict().isEmpty() || !mayBegin()) {
                    stage = new Idle();
                } else if (work.due(asking.askedMillis() + ASK_AGAIN_MILLIS)) {
                    stage = new Asking(asking.ballot(), asking.willing(), asking.sinceMillis(), work.now());
                    askAll(asking.ballot(), asking.willing());
                }
            }
            case Recruiting recruiting -> evaluate(recruiting);
            case Ordered ordered -> {
                if (work.due(ordered.sinceMillis() + ORDER_LIMIT_MILLIS)) {
                    fail(ordered.choice().winner() + " was named and does not lead");
                } else if (work.due(ordered.sentMillis() + ORDER_AGAIN_MILLIS)) {
                    order(ordered);
                }
            }
        }
    }

    /** A round is over for its coordinator when its own node has given its voice elsewhere or serves a leader. */
    private void endIfOvertaken() {
        Optional<Recruitment> round = switch (stage) {
            case Idle i -> Optional.empty();
            case Asking a -> Optional.empty();
            case Recruiting recruiting -> Optional.of(recruiting.round());
            case Ordered ordered -> Optional.of(ordered.round());
        };
        boolean on = work.phases.current() instanceof Phase.Recruited recruited
                && round.filter(recruited.recruitment()::equals).isPresent();
        if (round.isPresent() && !on) {
            stage = new Idle();
            plannedMillis = NOT_PLANNED;
        }
    }

    private boolean mayStand() {
        return work.isAtRest() && work.isMember() && work.mayElect();
    }

    /** Whether it may begin elections by itself; one that was decided elsewhere goes on during a pause. */
    private boolean mayBegin() {
        return mayStand() && !work.pause().on();
    }

    private void considerStanding() {
        if (succeedIfDue()) {
            return;
        }
        Optional<Suspicion.Verdict> verdict = suspicion.verdict();
        if (verdict.isEmpty() || !mayBegin()) {
            plannedMillis = NOT_PLANNED;
            return;
        }
        if (plannedMillis == NOT_PLANNED) {
            long delay = verdict.get().fast()
                    ? electorate.rank() * work.settings.rankMillis()
                    : Math.floorMod(work.random.nextLong(), work.settings.jitterMillis() + 1);
            plannedMillis = work.now() + delay;
        }
        long headStart = work.favorite().filter(heir -> !heir.equals(work.self)).isPresent()
                ? work.favoriteUntil()
                : plannedMillis;
        if (work.due(Math.max(Math.max(plannedMillis, headStart), voter.restrainedUntil()))) {
            String reason = verdict.get().reason();
            because(work.heir()
                    .map(heir -> Cause.switchover(handOver(work.resignedTerm(), heir), 0, suspicion.silentMillis()))
                    .orElseGet(() -> Cause.failover(reason, suspicion.silentMillis())));
            work.note("asks for an election: " + reason);
            ask();
        }
    }

    private void because(Cause why) {
        cause = why;
        causedAtMillis = work.now();
    }

    private void ask() {
        Set<NodeId> willing = new HashSet<>();
        willing.add(work.self);
        long ballot = work.random.nextLong();
        stage = new Asking(ballot, willing, work.now(), work.now());
        askAll(ballot, willing);
        recruitIfWilling();
    }

    private void askAll(long ballot, Set<NodeId> willing) {
        for (NodeId voter : electorate.voters()) {
            if (!willing.contains(voter)) {
                work.send(voter, new Message.PreVote(ballot, work.resignedTerm()));
            }
        }
    }

    void onPreVoteReply(NodeId from, Message.PreVoteReply reply) {
        work.learn(reply.highestTimeline());
        if (stage instanceof Asking asking && asking.ballot() == reply.ballot() && reply.willing()) {
            asking.willing().add(from);
            recruitIfWilling();
        }
    }

    private void recruitIfWilling() {
        if (stage instanceof Asking asking
                && mayStand()
                && work.ownRule()
                        .filter(rule -> Quorum.isMajority(asking.willing(), rule.members()))
                        .isPresent()) {
            recruit(work.highestTerm().next(), work.favorite());
        }
    }

    /**
     * Begins a round. All are asked in the same step, this node first; the winner is named only once this node's own
     * promise is durable, so that after a restart it can never use the same term again.
     */
    private void recruit(Term term, Optional<NodeId> preferred) {
        Recruitment round = new Recruitment(
                term, work.random.nextLong(), work.self, work.highestTimeline().next());
        work.learnTerm(term);
        work.learn(round.timeline());
        plannedMillis = NOT_PLANNED;
        stage = new Recruiting(round, new TreeMap<>(), new HashSet<>(), preferred, work.now(), work.now(), NOT_PLANNED);
        work.note("begins the election of term " + term + ", timeline " + round.timeline());
        Message.Recruit request = request(round);
        voter.onRecruit(work.self, request);
        sendTo(electorate.firstAsked(), request);
    }

    private Message.Recruit request(Recruitment round) {
        return new Message.Recruit(round.term(), round.round(), round.timeline(), work.resignedTerm());
    }

    private void sendTo(Set<NodeId> nodes, Message message) {
        for (NodeId node : nodes) {
            if (!node.equals(work.self)) {
                work.send(node, message);
            }
        }
    }

    void onRecruitReply(NodeId from, Message.RecruitReply reply) {
        work.learn(reply.highestTimeline());
        if (!(stage instanceof Recruiting recruiting)
                || !recruiting.round().term().equals(reply.term())
                || recruiting.round().round() != reply.round()) {
            return;
        }
        if (reply.granted() && reply.position().isPresent()) {
            Position position = reply.position().get();
            recruiting.granted().put(from, new Candidates.Voice(position, reply.rule(), reply.priority()));
            recruiting.refused().remove(from);
        } else if (!recruiting.granted().containsKey(from)) {
            work.note(from + " does not support term " + reply.term() + ": " + reply.reason());
            recruiting.refused().add(from);
        }
    }

    private void evaluate(Recruiting round) {
        boolean own = round.granted().containsKey(work.self);
        Optional<Candidates.Choice> choice = own
                ? Candidates.choose(round.granted(), round.preferred(), electorate.neverLeaders())
                : Optional.empty();
        if (choice.isPresent()) {
            long enough = round.enoughMillis() == NOT_PLANNED ? work.now() : round.enoughMillis();
            boolean complete = choice.get().basis().members().stream()
                    .allMatch(member -> round.granted().containsKey(member)
                            || round.refused().contains(member)
                            || electorate.isKnownToBeOut(member));
            if (complete || work.due(enough + work.settings.graceMillis())) {
                name(round.round(), choice.get());
                return;
            }
            stage = new Recruiting(
                    round.round(),
                    round.granted(),
                    round.refused(),
                    round.preferred(),
                    round.sinceMillis(),
                    round.sentMillis(),
                    enough);
        } else if (electorate.isHopeless(round.refused())) {
            fail("too many refused term " + round.round().term());
            return;
        }
        if (work.due(round.sinceMillis() + work.settings.roundMillis())) {
            fail("no majority for term " + round.round().term() + " in time");
        } else if (work.due(round.sentMillis() + RECRUIT_AGAIN_MILLIS)) {
            // Also those who said no: they may have been a moment behind in noticing that the leader is gone.
            TreeSet<NodeId> missing = new TreeSet<>(electorate.voters());
            missing.removeAll(round.granted().keySet());
            sendTo(missing, request(round.round()));
            stage = new Recruiting(
                    round.round(),
                    round.granted(),
                    round.refused(),
                    round.preferred(),
                    round.sinceMillis(),
                    work.now(),
                    round.enoughMillis());
        }
    }

    private void name(Recruitment round, Candidates.Choice choice) {
        work.note("names " + choice.winner() + " at " + choice.position() + " leader of term " + round.term());
        order(new Ordered(round, choice, cause.electedAfter(work.now() - causedAtMillis), work.now(), work.now()));
    }

    private void order(Ordered ordered) {
        Recruitment round = ordered.round();
        Candidates.Choice choice = ordered.choice();
        stage = new Ordered(round, choice, ordered.cause(), ordered.sinceMillis(), work.now());
        work.send(
                choice.winner(),
                new Message.PromoteOrder(
                        round.term(),
                        round.round(),
                        round.timeline(),
                        choice.position(),
                        choice.basis(),
                        ordered.cause()));
    }

    private void fail(String why) {
        work.note("gives this attempt up: " + why);
        stage = new Idle();
        suspicion.abandon();
        plannedMillis = work.now() + 20 + Math.floorMod(work.random.nextLong(), work.settings.jitterMillis() + 1) / 2;
    }

    void onStatus(NodeId from, Term term, Message.Status status) {
        if (stage instanceof Ordered ordered
                && from.equals(ordered.choice().winner())
                && !term.isBefore(ordered.round().term())
                && status.phase().holdsOffice()) {
            stage = new Idle();
            plannedMillis = NOT_PLANNED;
        }
    }

    /** The leader has stopped in favor of this node. */
    void onHandOver(Message.HandOver order) {
        work.learnResigned(order.resigned(), Optional.of(work.self));
        if (stage instanceof Asking) {
            // The order says what the question was to find out.
            stage = new Idle();
            plannedMillis = NOT_PLANNED;
        }
        if (isIdle()
                && succession.isEmpty()
                && order.resigned().equals(work.promises.latest().term())) {
            succession =
                    Optional.of(new Succession(order, work.now(), work.now() + work.settings.handOverMillis() / 2));
            work.emit(new Effect.WatchPosition(order.end()));
        }
    }

    private static String handOver(Term resigned, NodeId heir) {
        return "switchover: the leader of term %s handed over to %s".formatted(resigned, heir);
    }

    private boolean succeedIfDue() {
        if (succession.isEmpty()) {
            return false;
        }
        Message.HandOver order = succession.get().order();
        if (!order.resigned().equals(work.promises.latest().term()) || !mayStand()) {
            succession = Optional.empty();
            return false;
        }
        boolean complete = work.postgres()
                .position()
                .filter(position -> !position.isBefore(order.end()))
                .isPresent();
        if (!complete
                && work.postgres().receiving()
                && !work.due(succession.get().deadlineMillis())) {
            return true;
        }
        because(Cause.switchover(
                handOver(order.resigned(), work.self),
                order.heldMillis(),
                work.now() - succession.get().sinceMillis()));
        succession = Optional.empty();
        Term next = order.next().isAfter(work.promises.latest().term())
                ? order.next()
                : work.highestTerm().next();
        recruit(next, Optional.of(work.self));
        return true;
    }
}
