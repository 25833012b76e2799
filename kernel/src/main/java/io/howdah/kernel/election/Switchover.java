package io.howdah.kernel.election;

import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Rule;
import io.howdah.kernel.model.Term;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A planned change of leader, as seen by the one that goes: let the gateways hold still, stop PostgreSQL so that the
 * standbys have all of its log, tell the successor. Before the stop everything can be called off.
 */
final class Switchover {
    private static final long REPEAT_MILLIS = 100;

    /** What the leader is at. */
    private sealed interface Stage {}

    private record Nothing() implements Stage {}

    private record Draining(String request, NodeId target, Term term, long deadlineMillis, boolean drained)
            implements Stage {}

    /** PostgreSQL is being stopped or has stopped; nobody was seen to serve yet. */
    private record Gone(
            String request,
            NodeId target,
            Term term,
            long sinceMillis,
            long deadlineMillis,
            Optional<Message.HandOver> order,
            long repeatMillis,
            long repeatUntilMillis)
            implements Stage {}

    private final Workspace work;
    private final Instance instance;
    private final Successors successors;
    private Stage stage = new Nothing();
    private long passOnAtMillis;

    Switchover(Workspace work, Instance instance) {
        this.work = work;
        this.instance = instance;
        this.successors = new Successors(work);
    }

    Optional<String> drain() {
        return stage instanceof Draining draining ? Optional.of(draining.request()) : Optional.empty();
    }

    void onRequest(Input.SwitchoverRequested asked, Map<NodeId, Lsn> flushed) {
        if (!(work.phases.current() instanceof Phase.Leading leading)) {
            refuse(asked, work.self + " does not lead; ask the leader");
            return;
        }
        if (!(stage instanceof Nothing)) {
            refuse(asked, "another switchover is under way; wait for it");
            return;
        }
        Rule rule = leading.rule();
        Optional<NodeId> target;
        if (asked.target().isPresent()) {
            Candidacy candidacy = successors.of(asked.target().get(), rule, flushed);
            if (!candidacy.mayLead()) {
                refuse(asked, candidacy.words().orElseThrow());
                return;
            }
            target = asked.target();
        } else {
            target = successors.best(rule, flushed);
            if (target.isEmpty()) {
                refuse(asked, successors.whyNobody(rule, flushed));
                return;
            }
        }
        work.note("hands over to " + target.get());
        stage = new Draining(
                asked.request(), target.get(), rule.term(), work.now() + work.settings.drainMillis(), false);
        work.emit(new Effect.StartDrain(asked.request()));
    }

    /** Says how a request would be answered, by the same judgment. */
    void onPreflight(Input.SwitchoverPreflight asked, Map<NodeId, Lsn> flushed) {
        if (work.phases.current() instanceof Phase.Leading leading) {
            Rule rule = leading.rule();
            work.emit(new Effect.ReportPreflight(
                    asked.request(),
                    successors.all(rule, flushed),
                    successors.best(rule, flushed),
                    stage instanceof Nothing ? "" : "another switchover is under way; wait for it"));
        } else {
            work.emit(new Effect.ReportPreflight(
                    asked.request(), List.of(), Optional.empty(), work.self + " does not lead; ask the leader"));
        }
    }

    /**
     * A leader that is not to be one hands over as soon as anybody can take over; one that ails, to somebody who is well.
     * While its gate has never been open, no client needs to be held.
     */
    void passOn(Phase.Leading leading, Map<NodeId, Lsn> flushed, boolean gateOpen) {
        boolean unwanted = work.tags(work.self).neverLeader();
        Optional<String> ailment =
                work.postgres().condition().ailment().filter(_ -> !work.pause().on());
        if (stage instanceof Nothing && (unwanted || ailment.isPresent()) && work.due(passOnAtMillis)) {
            passOnAtMillis = work.now() + work.settings.statusMillis();
            Optional<NodeId> next = unwanted
                    ? successors.bestAtAnyDelay(leading.rule(), flushed)
                    : successors.best(leading.rule(), flushed);
            next.ifPresent(heir -> {
                String request = "pass-on-" + leading.rule().term();
                work.note("%s and hands over to %s".formatted(ailment.orElse("is not to lead"), heir));
                stage = new Draining(
                        request, heir, leading.rule().term(), work.now() + work.settings.drainMillis(), !gateOpen);
                if (gateOpen) {
                    work.emit(new Effect.StartDrain(request));
                }
            });
        }
    }

    private void refuse(Input.SwitchoverRequested asked, String words) {
        work.emit(new Effect.ReportSwitchover(
                asked.request(), Effect.SwitchoverOutcome.REFUSED, Optional.empty(), term(), words));
    }

    private Term term() {
        return work.promises.durable().term();
    }

    void onDrained(Input.GatewaysDrained drained) {
        if (stage instanceof Draining draining && draining.request().equals(drained.drain())) {
            stage = new Draining(
                    draining.request(), draining.target(), draining.term(), draining.deadlineMillis(), true);
        }
    }

    /** Calls a switchover off while PostgreSQL still runs. */
    void abort(String why) {
        if (stage instanceof Draining draining) {
            stage = new Nothing();
            work.emit(new Effect.EndDrain(draining.request()));
            work.emit(new Effect.ReportSwitchover(
                    draining.request(), Effect.SwitchoverOutcome.ABORTED, Optional.empty(), term(), why));
        }
    }

    /** Called while the node leads. */
    void settle(Phase.Leading leading, Map<NodeId, Lsn> flushed, Consumer<String> closeGate) {
        if (!(stage instanceof Draining draining)) {
            return;
        }
        if (work.peers.isRefused(draining.target()) || !flushed.containsKey(draining.target())) {
            abort(draining.target() + " no longer streams");
            return;
        }
        if (draining.drained() || work.due(draining.deadlineMillis())) {
            closeGate.accept("hands over to " + draining.target());
            long token = instance.nextToken();
            instance.disturb();
            stage = new Gone(
                    draining.request(),
                    draining.target(),
                    draining.term(),
                    draining.deadlineMillis() - work.settings.drainMillis(),
                    work.now() + work.settings.switchoverMillis(),
                    Optional.empty(),
                    Long.MAX_VALUE,
                    Long.MAX_VALUE);
            work.phases.move(new Phase.HandingOver(leading.rule().term(), draining.target(), token));
            work.emit(new Effect.HandOver(token));
        }
    }

    /** PostgreSQL has stopped; its end is empty when unknown, and then nobody is preferred. */
    void onStopped(Phase.HandingOver phase, Optional<Position> end) {
        Optional<NodeId> target = end.map(position -> phase.target());
        work.learnResigned(phase.term(), target);
        work.phases.move(new Phase.Waiting("has handed over to " + phase.target()));
        // The order before the news: whoever hears only that the leader is gone begins an ordinary election.
        if (stage instanceof Gone gone && end.isPresent()) {
            // On one machine its start would take time from the successor's promotion.
            instance.rest(work.settings.handOverMillis());
            Message.HandOver order = new Message.HandOver(
                    phase.term(), work.highestTerm().next(), end.get(), work.now() - gone.sinceMillis());
            work.send(phase.target(), order);
            stage = new Gone(
                    gone.request(),
                    gone.target(),
                    gone.term(),
                    gone.sinceMillis(),
                    gone.deadlineMillis(),
                    Optional.of(order),
                    work.now() + REPEAT_MILLIS,
                    work.now() + work.settings.handOverMillis());
        }
        work.broadcast(new Message.Resign(phase.term(), target, "switchover"));
    }

    /** Somebody serves in a later term: the switchover is over. */
    void onStatus(NodeId from, Term term, Message.Status status) {
        if (stage instanceof Gone gone && status.gateOpen() && term.isAfter(gone.term())) {
            served(gone, from, term);
        }
    }

    private void served(Gone gone, NodeId leader, Term term) {
        stage = new Nothing();
        boolean hit = leader.equals(gone.target());
        work.emit(new Effect.ReportSwitchover(
                gone.request(),
                hit ? Effect.SwitchoverOutcome.DONE : Effect.SwitchoverOutcome.LED_ELSEWHERE,
                Optional.of(leader),
                term,
                leader + " leads"));
    }

    /** Repeats the order until somebody takes over, and reports when nobody does. */
    void settleAfterwards(boolean servesItself) {
        if (!(stage instanceof Gone gone)) {
            return;
        }
        if (servesItself) {
            served(gone, work.self, term());
        } else if (work.due(gone.deadlineMillis())) {
            stage = new Nothing();
            work.emit(new Effect.ReportSwitchover(
                    gone.request(),
                    Effect.SwitchoverOutcome.TIMED_OUT,
                    Optional.empty(),
                    term(),
                    "nobody was seen to serve in time"));
        } else if (gone.order().isPresent()
                && work.now() < gone.repeatUntilMillis()
                && term().equals(gone.term())
                && work.due(gone.repeatMillis())) {
            work.send(gone.target(), gone.order().get());
            stage = new Gone(
                    gone.request(),
                    gone.target(),
                    gone.term(),
                    gone.sinceMillis(),
                    gone.deadlineMillis(),
                    gone.order(),
                    work.now() + REPEAT_MILLIS,
                    gone.repeatUntilMillis());
            work.due(work.now() + REPEAT_MILLIS);
        }
    }
}
