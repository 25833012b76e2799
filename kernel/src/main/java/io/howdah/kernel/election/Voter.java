package io.howdah.kernel.election;

import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Rule;
import io.howdah.kernel.model.Term;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The voice that this node gives to an election: stop receiving, read the position, make the promise durable, answer; in
 * that order, so that whatever the node confirmed to an older leader is in the position that it reports.
 */
final class Voter {
    private final Workspace work;
    private final Instance instance;
    private final Suspicion suspicion;
    private final Map<NodeId, Long> unanswered = new TreeMap<>();
    private long restrainedUntilMillis;

    Voter(Workspace work, Instance instance, Suspicion suspicion) {
        this.work = work;
        this.instance = instance;
        this.suspicion = suspicion;
    }

    /** Until then this node leaves the first move to another to whom it has just said yes. */
    long restrainedUntil() {
        return restrainedUntilMillis;
    }

    void restrain(long untilMillis) {
        restrainedUntilMillis = Math.max(restrainedUntilMillis, untilMillis);
    }

    void onPreVote(NodeId from, Message.PreVote asked, Campaign campaign) {
        work.learnResigned(asked.resignedTerm());
        Optional<String> objection = objectionToElections(from).or(() -> campaign.rivalry(from));
        if (objection.isPresent()) {
            unanswered.put(from, asked.ballot());
            answer(from, asked.ballot(), false, objection.get());
        } else {
            agree(from, asked.ballot());
        }
    }

    /** Says yes to those who asked too early, as soon as this node shares their suspicion. */
    void settle(Campaign campaign) {
        if (unanswered.isEmpty() || !work.due(restrainedUntilMillis)) {
            return;
        }
        Iterator<Map.Entry<NodeId, Long>> waiting = unanswered.entrySet().iterator();
        Map.Entry<NodeId, Long> first = waiting.next();
        if (objectionToElections(first.getKey()).isEmpty()
                && campaign.rivalry(first.getKey()).isEmpty()) {
            waiting.remove();
            agree(first.getKey(), first.getValue());
        }
    }

    private void agree(NodeId to, long ballot) {
        unanswered.remove(to);
        restrain(work.now() + work.settings.graceMillis());
        answer(to, ballot, true, "");
    }

    private void answer(NodeId to, long ballot, boolean willing, String reason) {
        work.send(to, new Message.PreVoteReply(ballot, willing, work.highestTimeline(), reason));
    }

    private Optional<String> objectionToElections(NodeId asking) {
        Optional<String> unfit = work.unfitness();
        if (unfit.isPresent()) {
            return unfit;
        }
        Optional<NodeId> favorite = work.favorite().filter(heir -> !heir.equals(asking));
        if (favorite.isPresent()) {
            work.due(work.favoriteUntil());
            return favorite.map(heir -> "leaves the first move to " + heir);
        }
        boolean supported = work.phases.current() instanceof Phase.Recruited recruited
                && recruited.recruitment().coordinator().equals(asking);
        if (supported) {
            return Optional.empty();
        }
        boolean decided = work.favorite().isPresent();
        if (work.pause().on() && !decided) {
            return Optional.of("knows that elections are paused");
        }
        return switch (work.phases.current()) {
            case Phase.Starting s -> Optional.of("has not seen its PostgreSQL yet");
            case Phase.HandingOver h -> Optional.of("is handing over");
            case Phase.Promoting p -> Optional.of("is being promoted");
            default -> suspicion.verdict().isPresent() ? Optional.empty() : Optional.of(suspicion.objection());
        };
    }

    /** A coordinator wants this node's voice; the caller has dealt with an office that this node may hold. */
    void onRecruit(NodeId from, Message.Recruit asked) {
        work.learnResigned(asked.resignedTerm());
        consider(new Recruitment(asked.term(), asked.round(), from, asked.timeline()), this::objectionTo);
    }

    /** The same for an operator's order, which overrules the leader that this node may be content with. */
    void onForcedRecruit(NodeId from, Message.ForcedRecruit asked) {
        // The leader that is overruled may serve reads under a lease of a moment ago. Whoever is ordered to lead waits
        // for its end; if it does not live that long, the next election must.
        work.overrule();
        consider(new Recruitment(asked.term(), asked.round(), from, asked.timeline()), this::objectionToForced);
    }

    private void consider(Recruitment wanted, Function<Recruitment, Optional<String>> objections) {
        if (work.phases.current() instanceof Phase.Recruited recruited
                && recruited.recruitment().equals(wanted)) {
            if (recruited.step() == Phase.RecruitStep.PROMISED) {
                grant(wanted);
            }
            return;
        }
        Optional<String> objection = objections.apply(wanted);
        if (objection.isPresent()) {
            refuse(wanted, objection.get());
        } else {
            give(wanted);
        }
    }

    private void give(Recruitment wanted) {
        if (work.phases.current() instanceof Phase.Recruited replaced
                && replaced.step() != Phase.RecruitStep.PROMISED) {
            refuse(replaced.recruitment(), "gives its voice to term " + wanted.term());
        }
        work.learnTerm(wanted.term());
        work.phases.move(new Phase.Recruited(wanted, Phase.RecruitStep.QUIESCING));
        // Becoming still may take a while; who listened to somebody else meanwhile would only split the vote.
        suspicion.contact(wanted.term(), wanted.coordinator(), work.settings.promiseeMillis());
        instance.quiesce();
        proceed();
    }

    private Optional<String> objectionToForced(Recruitment wanted) {
        return switch (work.phases.current()) {
            case Phase.Starting s -> Optional.of("has not seen its PostgreSQL yet");
            case Phase.HandingOver h -> Optional.of("is handing over");
            default -> work.unfitness().or(() -> breach(wanted));
        };
    }

    private Optional<String> objectionTo(Recruitment wanted) {
        Optional<String> breach = breach(wanted);
        if (breach.isPresent()) {
            return breach;
        }
        if (wanted.coordinator().equals(work.self)) {
            return work.unfitness();
        }
        if (!work.mayElect()) {
            return Optional.of("has overruled a leader whose lease may last");
        }
        return objectionToElections(wanted.coordinator());
    }

    /** Why giving this voice would break an earlier promise. */
    private Optional<String> breach(Recruitment wanted) {
        Term promised = work.promises.latest().term();
        if (!wanted.term().isAfter(promised)) {
            return Optional.of("has promised term " + promised);
        }
        if (work.phases.current() instanceof Phase.Recruited recruited
                && !wanted.term().isAfter(recruited.recruitment().term())) {
            return Optional.of(
                    "is about to promise term " + recruited.recruitment().term());
        }
        // A promise file that was restored from a copy forgets; the log remembers.
        Optional<Term> logged =
                work.ownRule().map(Rule::term).filter(term -> !wanted.term().isAfter(term));
        if (logged.isPresent()) {
            return logged.map(term -> "its log has a rule of term " + term);
        }
        if (!wanted.timeline().isAfter(work.promises.latest().reservedTimeline())) {
            return Optional.of("knows timeline " + work.promises.latest().reservedTimeline() + " to be reserved");
        }
        return Optional.empty();
    }

    /** Stillness has been reached, or was there already: swear. */
    void proceed() {
        if (!(work.phases.current() instanceof Phase.Recruited recruited)
                || recruited.step() != Phase.RecruitStep.QUIESCING
                || instance.still().isEmpty()) {
            return;
        }
        Recruitment wanted = recruited.recruitment();
        Position end = instance.still().get().position();
        if (!wanted.timeline().isAfter(end.timeline())) {
            work.phases.move(new Phase.Waiting("its log is already on timeline " + end.timeline()));
            refuse(wanted, "its log is already on timeline " + end.timeline());
            return;
        }
        work.phases.move(recruited.at(Phase.RecruitStep.PROMISING));
        suspicion.contact(wanted.term(), wanted.coordinator(), work.settings.promiseeMillis());
        work.promise(
                promise -> promise.swearing(wanted.term(), wanted.round(), wanted.coordinator(), wanted.timeline()));
    }

    void onPersisted() {
        if (work.phases.current() instanceof Phase.Recruited recruited
                && recruited.step() == Phase.RecruitStep.PROMISING
                && recruited.recruitment().isPromisedIn(work.promises.durable())) {
            work.phases.move(recruited.at(Phase.RecruitStep.PROMISED));
            grant(recruited.recruitment());
        }
    }

    void onQuiesceFailed(String reason) {
        if (work.phases.current() instanceof Phase.Recruited recruited
                && recruited.step() == Phase.RecruitStep.QUIESCING) {
            work.phases.move(new Phase.Waiting(reason));
            refuse(recruited.recruitment(), reason);
        }
    }

    private void grant(Recruitment wanted) {
        Optional<Input.Quiesced> still = instance.still();
        if (still.isEmpty()) {
            refuse(wanted, "its PostgreSQL went down after the promise");
            return;
        }
        work.send(
                wanted.coordinator(),
                new Message.RecruitReply(
                        wanted.term(),
                        wanted.round(),
                        true,
                        work.highestTimeline(),
                        still.map(Input.Quiesced::position),
                        still.flatMap(Input.Quiesced::rule),
                        work.priority(),
                        ""));
    }

    void refuse(Recruitment wanted, String reason) {
        work.send(
                wanted.coordinator(),
                new Message.RecruitReply(
                        wanted.term(),
                        wanted.round(),
                        false,
                        work.highestTimeline(),
                        Optional.empty(),
                        Optional.empty(),
                        work.priority(),
                        reason));
    }
}
