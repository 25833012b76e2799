package io.howdah.kernel.election;

import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Promise;
import io.howdah.kernel.model.Rule;
import io.howdah.kernel.model.Term;
import io.howdah.kernel.quorum.Quorum;
import io.howdah.kernel.quorum.QuorumSetting;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/**
 * The office of a leader, from the order to promote until it is laid down: promotion, barrier, lease, gate. The gate is
 * open only while a majority has flushed the first row of this term and stands behind the lease.
 */
final class Office {
    private final Workspace work;
    private final Instance instance;
    private final Lease lease;
    private final Membership membership;
    private final Switchover switchover;
    private Map<NodeId, Lsn> flushed = Map.of();
    private boolean gateOpen;
    private boolean resumed;
    private long closedUntilMillis;
    private Optional<Accession.Watch> accession = Optional.empty();
    private String reason = "";

    Office(Workspace work, Instance instance, Lease lease, Membership membership, Switchover switchover) {
        this.work = work;
        this.instance = instance;
        this.lease = lease;
        this.membership = membership;
        this.switchover = switchover;
    }

    /** How far the standbys of this term have flushed. */
    Map<NodeId, Lsn> flushed() {
        return flushed;
    }

    boolean gateOpen() {
        return gateOpen;
    }

    /** The term in which this node is, or is becoming, the leader. */
    Optional<Term> term() {
        return rule().map(Rule::term);
    }

    Optional<Rule> rule() {
        return switch (work.phases.current()) {
            case Phase.Promoting promoting -> Optional.of(promoting.rule());
            case Phase.Confirming confirming -> Optional.of(confirming.rule());
            case Phase.Leading leading -> Optional.of(leading.rule());
            default -> Optional.empty();
        };
    }

    Optional<Leadership> leadership() {
        return switch (work.phases.current()) {
            case Phase.Confirming confirming -> Optional.of(confirming.leadership());
            case Phase.Leading leading -> Optional.of(leading.leadership());
            default -> Optional.empty();
        };
    }

    /** Until when the lease lasts; the past for a node without office. */
    long leaseUntilMillis() {
        return work.phases.current() instanceof Phase.Leading leading
                ? lease.untilMillis(leading.rule())
                : Long.MIN_VALUE;
    }

    /** Accepts the order only while the promise and the position that it rests on still stand. */
    void onPromoteOrder(NodeId from, Message.PromoteOrder order) {
        boolean valid = work.phases.current() instanceof Phase.Recruited recruited
                && recruited.step() == Phase.RecruitStep.PROMISED
                && recruited.recruitment().equals(new Recruitment(order.term(), order.round(), from, order.timeline()))
                && recruited.recruitment().isPromisedIn(work.promises.durable())
                && work.promises.latest().term().equals(order.term())
                && work.unfitness().isEmpty()
                && instance.still()
                        .filter(still -> still.position().equals(order.position())
                                && still.rule().filter(order.basis()::equals).isPresent())
                        .isPresent();
        if (!valid) {
            return;
        }
        Rule rule = new Rule(order.term(), 1, work.self, order.basis().members(), order.timeline());
        promote(rule, order.cause(), work.now());
    }

    private void promote(Rule rule, Cause why, long openFromMillis) {
        resumed = false;
        closedUntilMillis = openFromMillis;
        reason = why.words();
        Optional<NodeId> before = work.ownRule().map(Rule::leader);
        accession = Optional.of(new Accession.Watch(rule.term(), why, before, work.self, work.now()));
        work.phases.move(new Phase.Promoting(rule, work.now() + work.settings.promoteMillis()));
        instance.disturb();
        work.emit(new Effect.Promote(rule, QuorumSetting.of(rule)));
        work.promise(promise -> promise.accepting(rule.term(), work.self));
    }

    /**
     * By an operator's order: the same, on a position that no majority may stand behind, and with members that need not be
     * those of the newest rule.
     *
     * @param openFromMillis before that a leader whose voice was not asked for may still serve reads under its lease
     * @return false when what the order rests on stands no more
     */
    boolean onForced(Recruitment round, SortedSet<NodeId> members, Position position, Cause why, long openFromMillis) {
        boolean valid = work.phases.current() instanceof Phase.Recruited recruited
                && recruited.step() == Phase.RecruitStep.PROMISED
                && recruited.recruitment().equals(round)
                && round.isPromisedIn(work.promises.durable())
                && work.promises.latest().term().equals(round.term())
                && work.unfitness().isEmpty()
                && instance.still()
                        .filter(still -> still.position().equals(position))
                        .isPresent();
        if (valid) {
            promote(new Rule(round.term(), 1, work.self, members, round.timeline()), why, openFromMillis);
        }
        return valid;
    }

    void onPromoted(Input.Promoted done) {
        if (work.phases.current() instanceof Phase.Promoting promoting
                && promoting.rule().term().equals(done.term())) {
            if (!done.timeline().equals(promoting.rule().timeline())) {
                layDown("PostgreSQL chose timeline %s instead of %s"
                        .formatted(done.timeline(), promoting.rule().timeline()));
                return;
            }
            accession.ifPresent(watch -> watch.promoted(work.now()));
            confirm(new Leadership(done.term(), work.self, done.timeline(), done.branchedAt()), promoting.rule());
        }
    }

    /** Writes a rule of this term and opens nothing before a majority holds it. */
    private void confirm(Leadership leadership, Rule rule) {
        work.phases.move(
                new Phase.Confirming(leadership, rule, Optional.empty(), work.now() + work.settings.promoteMillis()));
        work.ownRule(Optional.of(rule));
        flushed = Map.of();
        lease.begin(rule.term());
        work.emit(new Effect.WriteRule(rule, reason));
        reason = "";
        work.broadcast(new Message.Follow(leadership));
    }

    /**
     * The node's process has come back beside a primary. If that primary leads by the newest rule in its log, in the term
     * that this node has promised, it goes on in office: nobody can have been elected with this node's voice since.
     */
    boolean resume(Input.LocalPostgres seen) {
        Promise promise = work.promises.durable();
        Optional<Rule> rule = seen.rule()
                .filter(found -> found.leader().equals(work.self)
                        && found.term().equals(promise.term())
                        && seen.position()
                                .filter(position -> position.timeline().equals(found.timeline()))
                                .isPresent());
        if (rule.isEmpty() || seen.branchedAt().isEmpty()) {
            return false;
        }
        work.note("resumes office in term " + promise.term());
        resumed = true;
        accession = Optional.empty();
        confirm(
                new Leadership(
                        promise.term(),
                        work.self,
                        rule.get().timeline(),
                        seen.branchedAt().get()),
                rule.get().withMembers(rule.get().members()));
        return true;
    }

    void onRuleCommitted(Input.RuleCommitted done) {
        switch (work.phases.current()) {
            case Phase.Confirming confirming
            when confirming.rule().equals(done.rule()) -> {
                work.phases.move(new Phase.Confirming(
                        confirming.leadership(),
                        confirming.rule(),
                        Optional.of(done.lsn()),
                        confirming.deadlineMillis()));
                leadIfConfirmed();
            }
            case Phase.Leading l -> membership.onRuleCommitted(done);
            default -> {}
        }
    }

    void onRuleFailed(Input.RuleFailed failed) {
        if (rule().filter(rule -> rule.term().equals(failed.rule().term())).isPresent()) {
            layDown("the rule could not be written: " + failed.reason());
        }
    }

    void onFlushProgress(Input.FlushProgress progress) {
        if (rule().filter(rule -> rule.term().equals(progress.term())).isPresent()) {
            flushed = progress.flushed();
            leadIfConfirmed();
        }
    }

    /** COMMIT alone is not believed: a cut wait looks the same. The flush positions of this term's names must agree. */
    private void leadIfConfirmed() {
        if (work.phases.current() instanceof Phase.Confirming confirming
                && confirming.committed().isPresent()
                && Quorum.isHeld(
                        confirming.committed().get(),
                        work.self,
                        confirming.rule().members(),
                        flushed)) {
            work.phases.move(new Phase.Leading(confirming.leadership(), confirming.rule()));
            accession.ifPresent(watch -> watch.confirmed(work.now()));
            membership.begin(confirming.rule(), resumed);
        }
    }

    void onGrant(NodeId from, Message.LeaseGrant grant) {
        lease.onGrant(from, grant);
    }

    /** Invites whoever does not follow; a node with a higher promise ends this office. */
    void onStatus(NodeId from, Term term, Message.Status status) {
        leadership().ifPresent(own -> {
            boolean follows = status.following().filter(own.term()::equals).isPresent();
            if (!follows && !term.isAfter(own.term()) && work.everybody().contains(from)) {
                work.send(from, new Message.Follow(own));
            }
        });
    }

    /** The term was superseded, PostgreSQL died, or the barrier did not hold. */
    void layDown(String why) {
        Optional<Term> term = term();
        if (term.isEmpty()) {
            return;
        }
        leaveOffice(why);
        work.broadcast(new Message.Resign(term.get(), Optional.empty(), why));
        work.phases.move(new Phase.SteppingDown(why));
        instance.disturb();
        instance.quiesce();
    }

    /** What must happen before this node's PostgreSQL is stopped, for whatever reason. */
    void leaveOffice(String why) {
        term().ifPresent(work::learnResigned);
        work.note("leaves office: " + why);
        accession = Optional.empty();
        switchover.abort(why);
        membership.abandon(why);
        closeGate(why);
    }

    private void closeGate(String why) {
        if (gateOpen) {
            gateOpen = false;
            work.emit(new Effect.CloseGate(why));
        }
    }

    void observe(PostgresState state) {
        boolean dead = switch (work.phases.current()) {
            case Phase.Promoting p -> state == PostgresState.DOWN || state == PostgresState.EMPTY;
            case Phase.Confirming c -> state != PostgresState.PRIMARY;
            case Phase.Leading l -> state != PostgresState.PRIMARY;
            default -> false;
        };
        if (dead) {
            layDown("its PostgreSQL is " + state);
        }
    }

    void settle() {
        switch (work.phases.current()) {
            case Phase.Promoting promoting -> {
                if (work.due(promoting.deadlineMillis())) {
                    layDown("the promotion took too long");
                }
            }
            case Phase.Confirming confirming -> {
                lease.settle();
                if (work.due(confirming.deadlineMillis())) {
                    layDown("no majority confirmed the first row of the term in time");
                }
            }
            case Phase.Leading leading -> {
                lease.settle();
                membership.settle(leading, flushed);
                switchover.passOn(leading, flushed, gateOpen);
                switchover.settle(leading, flushed, this::closeGate);
            }
            default -> {}
        }
        refreshGate();
    }

    private void refreshGate() {
        boolean open = work.phases.current() instanceof Phase.Leading leading
                && (gateOpen || !isCaretaker(leading))
                && work.due(closedUntilMillis)
                && !work.due(leaseUntilMillis());
        if (open && !gateOpen) {
            gateOpen = true;
            term().ifPresent(term -> work.emit(new Effect.OpenGate(term)));
            accession.ifPresent(watch -> work.emit(new Effect.RecordAccession(watch.opened(work.now()))));
            accession = Optional.empty();
        } else if (!open) {
            closeGate("no majority stands behind the lease");
        }
    }

    /** Leads only until another member, who may, has caught up: clients are not let in for that little while. */
    private boolean isCaretaker(Phase.Leading leading) {
        return work.tags(work.self).neverLeader()
                && leading.rule().members().stream()
                        .anyMatch(member -> !work.tags(member).neverLeader());
    }

    boolean isCaretaker() {
        return work.phases.current() instanceof Phase.Leading leading && isCaretaker(leading);
    }
}
