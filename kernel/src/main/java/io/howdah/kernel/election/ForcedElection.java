package io.howdah.kernel.election;

import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Term;
import io.howdah.kernel.model.TimelineId;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * An election that an operator has ordered, with this node as its winner: because a certain node is to lead, or because a
 * majority is lost for good and the survivors are to go on without it.
 *
 * <p>It is an election all the same: every node whose voice is asked for stops receiving and swears the new term before
 * the winner is promoted, so none of them can confirm anything to an older leader afterwards. What it gives up is the
 * majority behind the winner's position: whatever only others hold is lost, and the order has to say that this is
 * accepted. Nodes whose voice is not asked for must be kept from acting by the operator; a term far above all that was
 * heard of makes them step back as soon as they hear of the new leader.
 */
final class ForcedElection {
    /** Unreachable nodes may have used terms and timelines that nobody here has heard of. */
    static final int STEP_WITHOUT_MAJORITY = 10;

    private static final long AGAIN_MILLIS = 100;

    private sealed interface Stage {}

    private record Nothing() implements Stage {}

    private record Waiting(Input.ForceLeadership order, long deadlineMillis) implements Stage {}

    private record Recruiting(
            Input.ForceLeadership order,
            Recruitment round,
            TreeMap<NodeId, Candidates.Voice> granted,
            TreeMap<NodeId, String> refused,
            long sinceMillis,
            long deadlineMillis,
            long sentMillis)
            implements Stage {}

    private record Installing(Input.ForceLeadership order, Term term) implements Stage {}

    private final Workspace work;
    private final Voter voter;
    private final Office office;
    private Stage stage = new Nothing();

    ForcedElection(Workspace work, Voter voter, Office office) {
        this.work = work;
        this.voter = voter;
        this.office = office;
    }

    /** While it is, no ordinary election is begun here. */
    boolean isActive() {
        return !(stage instanceof Nothing);
    }

    void onOrder(Input.ForceLeadership order) {
        Optional<String> objection = objection(order);
        if (objection.isPresent()) {
            work.emit(new Effect.ReportForced(order.request(), false, objection.get()));
            return;
        }
        work.note("is ordered to lead %s with the voices of %s: %s"
                .formatted(order.members(), order.voices(), order.reason()));
        stage = new Waiting(order, work.now() + work.settings.roundMillis());
        office.layDown("an operator has ordered an election: " + order.reason());
    }

    private Optional<String> objection(Input.ForceLeadership order) {
        if (isActive()) {
            return Optional.of("another forced election is under way");
        }
        if (!order.voices().contains(work.self) || !order.members().contains(work.self)) {
            return Optional.of(work.self + " must be among the voices and the members");
        }
        if (work.ownRule().isEmpty() && !order.founding()) {
            return Optional.of(work.self + " has no data of this cluster");
        }
        if (!order.founding() && !work.isMember() && !order.lossAccepted()) {
            return Optional.of(work.self + " is no member of the newest rule that it holds: it may lack commits");
        }
        return work.unfitness();
    }

    void settle() {
        switch (stage) {
            case Nothing n -> {}
            case Waiting waiting -> {
                if (work.isAtRest()) {
                    recruit(waiting);
                } else if (work.due(waiting.deadlineMillis())) {
                    end(
                            waiting.order(),
                            false,
                            work.unfitness().orElse("its PostgreSQL did not come to rest as a standby"));
                }
            }
            case Recruiting recruiting -> evaluate(recruiting);
            case Installing installing -> {
                boolean inOffice =
                        office.term().filter(installing.term()::equals).isPresent();
                if (!inOffice) {
                    end(installing.order(), false, "it was promoted and could not stay: see its log");
                } else if (work.phases.current() instanceof Phase.Leading leading) {
                    end(
                            installing.order(),
                            true,
                            "%s leads term %s with the members %s"
                                    .formatted(
                                            work.self,
                                            installing.term(),
                                            leading.rule().members()));
                }
            }
        }
    }

    private void recruit(Waiting waiting) {
        Input.ForceLeadership order = waiting.order();
        // A founder's data comes from a cluster that may go on using timelines which nobody here hears of.
        boolean shrinks = order.founding()
                || work.ownRule()
                        .filter(rule -> !order.members().equals(rule.members()))
                        .isPresent();
        int step = shrinks ? STEP_WITHOUT_MAJORITY : 1;
        Term term = new Term(work.highestTerm().value() + step);
        TimelineId timeline = new TimelineId(work.highestTimeline().value() + step);
        Recruitment round = new Recruitment(term, work.random.nextLong(), work.self, timeline);
        work.learnTerm(term);
        work.learn(timeline);
        work.note("begins the forced election of term " + term + ", timeline " + timeline);
        stage = new Recruiting(
                order,
                round,
                new TreeMap<>(),
                new TreeMap<>(),
                work.now(),
                work.now() + 2 * work.settings.roundMillis(),
                work.now());
        voter.onForcedRecruit(work.self, request(round));
        ask(order.voices(), round);
    }

    private static Message.ForcedRecruit request(Recruitment round) {
        return new Message.ForcedRecruit(round.term(), round.round(), round.timeline());
    }

    private void ask(SortedSet<NodeId> nodes, Recruitment round) {
        for (NodeId node : nodes) {
            if (!node.equals(work.self)) {
                work.send(node, request(round));
            }
        }
    }

    void onRecruitReply(NodeId from, Message.RecruitReply reply) {
        if (!(stage instanceof Recruiting recruiting)
                || !recruiting.round().term().equals(reply.term())
                || recruiting.round().round() != reply.round()
                || !recruiting.order().voices().contains(from)) {
            return;
        }
        if (reply.granted() && reply.position().isPresent()) {
            recruiting
                    .granted()
                    .put(from, new Candidates.Voice(reply.position().get(), reply.rule(), reply.priority()));
            recruiting.refused().remove(from);
        } else if (!recruiting.granted().containsKey(from)) {
            recruiting.refused().put(from, reply.reason());
        }
    }

    private void evaluate(Recruiting round) {
        boolean on = work.phases.current() instanceof Phase.Recruited recruited
                && recruited.recruitment().equals(round.round());
        if (!on) {
            end(round.order(), false, "another election overtook it; look at the status and order it again");
        } else if (round.granted().keySet().containsAll(round.order().voices())) {
            install(round);
        } else if (work.due(round.deadlineMillis())) {
            end(round.order(), false, missing(round));
        } else if (work.due(round.sentMillis() + AGAIN_MILLIS)) {
            TreeSet<NodeId> missing = new TreeSet<>(round.order().voices());
            missing.removeAll(round.granted().keySet());
            ask(missing, round.round());
            stage = new Recruiting(
                    round.order(),
                    round.round(),
                    round.granted(),
                    round.refused(),
                    round.sinceMillis(),
                    round.deadlineMillis(),
                    work.now());
            work.due(work.now() + AGAIN_MILLIS);
        }
    }

    private static String missing(Recruiting round) {
        TreeSet<NodeId> silent = new TreeSet<>(round.order().voices());
        silent.removeAll(round.granted().keySet());
        StringBuilder words = new StringBuilder("these did not give their voice:");
        for (NodeId node : silent) {
            words.append(' ')
                    .append(node)
                    .append(" (")
                    .append(round.refused().getOrDefault(node, "no answer"))
                    .append(')');
        }
        return words.toString();
    }

    private void install(Recruiting round) {
        Input.ForceLeadership order = round.order();
        Position own = Objects.requireNonNull(round.granted().get(work.self)).position();
        if (!order.lossAccepted() && !isSafe(round)) {
            StringBuilder words = new StringBuilder("commits could be lost: this node's log ends at " + own);
            round.granted().forEach((node, voice) -> {
                if (voice.position().isAfter(own)) {
                    words.append(", that of ").append(node).append(" at ").append(voice.position());
                }
            });
            end(order, false, words.toString());
            return;
        }
        Cause cause = Cause.forced(order.reason(), work.now() - round.sinceMillis());
        if (office.onForced(round.round(), order.members(), own, cause, openFrom(order))) {
            stage = new Installing(order, round.round().term());
        } else {
            end(order, false, "its PostgreSQL changed while the voices were gathered");
        }
    }

    /**
     * An ordinary election waits until nobody can have a lease any more; an order overrules that. A leader that has given its
     * voice serves nobody since. One that has not can have been granted a lease until a moment ago.
     */
    private long openFrom(Input.ForceLeadership order) {
        boolean everybody = work.ownRule()
                .filter(rule -> !order.voices().containsAll(rule.members()))
                .isEmpty();
        return everybody ? work.now() : work.now() + work.settings.leaseMillis();
    }

    /** Whether an ordinary election could have had this winner: then nothing that was committed is lost. */
    private boolean isSafe(Recruiting round) {
        if (round.order().founding()) {
            Position own =
                    Objects.requireNonNull(round.granted().get(work.self)).position();
            return round.granted().values().stream()
                    .noneMatch(voice -> voice.position().isAfter(own));
        }
        return Candidates.isCandidate(work.self, round.granted())
                && work.ownRule()
                        .filter(rule -> rule.members().equals(round.order().members()))
                        .isPresent();
    }

    private void end(Input.ForceLeadership order, boolean done, String words) {
        stage = new Nothing();
        work.emit(new Effect.ReportForced(order.request(), done, words));
    }
}
