package io.howdah.kernel.election;

import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Promise;
import io.howdah.kernel.model.Rule;
import io.howdah.kernel.model.Term;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.random.RandomGenerator;

/**
 * Decides who leads, on one node.
 *
 * <p>How to think of it. PostgreSQL's log is the replicated log, a term is the right to write into it, and a right can only
 * be had by taking it away from the holder first: a coordinator (any member) asks the members to stop receiving, to swear
 * durably that they will confirm nothing to an older term, and to tell how far they have come. Once a majority has, no
 * older leader can commit anything, and whatever it did commit is in the longest of those logs; so that node is told to
 * lead. It writes on a timeline of its own, its first row names the members, and it lets nobody in before a majority
 * holds that row. Everything else here, suspicion, pre-votes, leases, ranks and delays, serves speed and good manners
 * and may be wrong without harm.
 *
 * <p>Parts: {@link Suspicion} (may I elect?), {@link Voter} (my voice), {@link Campaign} (me as coordinator), {@link
 * Candidates} (who wins), {@link Office} with {@link Lease}, {@link Membership} and {@link Switchover} (me as leader), {@link
 * ForcedElection} (me by order), {@link Follower} (me as standby), {@link RemoteFollower} (me in a standby cluster), {@link Instance} (is my PostgreSQL at rest?), {@link PromiseKeeper}, {@link PhaseKeeper} (the
 * table of moves), {@link Workspace} (what they share), {@link Announcer} (what others are told).
 *
 * <p>Single-threaded; performs no I/O, reads no clock, starts nothing. The driver's duties are written at {@link Input} and
 * {@link Effect}. Observations must not overtake completions: a {@code LocalPostgres} taken before an effect was completed
 * is delivered before that completion or not at all.
 *
 * <p>Sources: Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm", 2014; PostgreSQL manual,
 * chapters 20.6 and 26.
 */
public final class ElectionCore {
    private final Workspace work;
    private final Instance instance;
    private final Suspicion suspicion;
    private final Voter voter;
    private final Follower follower;
    private final Campaign campaign;
    private final Switchover switchover;
    private final Membership membership;
    private final Office office;
    private final ForcedElection forced;
    private final RemoteFollower remoteFollower;
    private final Announcer announcer;

    /**
     * @param configured the nodes that should be members; the leader adds those that are not
     * @param restored the promise found on disk, or {@link Promise#initial} on a node that never made one
     * @param random for delays and for telling rounds apart; seeded in the simulator
     */
    public ElectionCore(
            ElectionSettings settings,
            ClusterId cluster,
            NodeId self,
            SortedSet<NodeId> configured,
            Promise restored,
            RandomGenerator random) {
        work = new Workspace(settings, cluster, self, configured, restored, random);
        instance = new Instance(work);
        suspicion = new Suspicion(work);
        voter = new Voter(work, instance, suspicion);
        follower = new Follower(work, instance, suspicion);
        campaign = new Campaign(work, suspicion, voter);
        switchover = new Switchover(work, instance);
        Lease lease = new Lease(work);
        membership = new Membership(work, lease);
        office = new Office(work, instance, lease, membership, switchover);
        forced = new ForcedElection(work, voter, office);
        remoteFollower = new RemoteFollower(work, instance, office);
        announcer = new Announcer(work, follower, office, membership, switchover, remoteFollower);
    }

    /** Takes one input at the given monotonic time and tells what to do about it. */
    public List<Effect> step(long nowMillis, Input input) {
        work.begin(nowMillis);
        suspicion.begin();
        handle(input);
        do {
            while (!work.loopback.isEmpty()) {
                read(work.loopback.remove());
            }
            settle();
        } while (!work.loopback.isEmpty());
        announcer.settle();
        return work.collected();
    }

    private void handle(Input input) {
        switch (input) {
            case Input.Tick t -> {}
            case Input.Received received -> receive(received.envelope());
            case Input.PeerLost lost -> work.peers.lost(lost.peer(), lost.refused());
            case Input.LocalPostgres seen -> observe(seen);
            case Input.FlushProgress progress -> office.onFlushProgress(progress);
            case Input.PromisePersisted done -> {
                work.promises.persisted(done.promise()).ifPresent(next -> work.emit(new Effect.PersistPromise(next)));
                voter.onPersisted();
                follower.onPersisted();
            }
            case Input.PromiseFailed failed -> failPromise(failed.reason());
            case Input.Quiesced done -> {
                if (instance.quiesced(done)) {
                    if (work.phases.current() instanceof Phase.SteppingDown down) {
                        work.phases.move(new Phase.Waiting(down.why()));
                    }
                    voter.proceed();
                    follower.onStill();
                }
            }
            case Input.QuiesceFailed failed -> {
                if (instance.failed(failed)) {
                    voter.onQuiesceFailed(failed.reason());
                }
            }
            case Input.Promoted done -> office.onPromoted(done);
            case Input.PromotionFailed failed -> {
                if (office.term().filter(failed.term()::equals).isPresent()) {
                    office.layDown("the promotion failed: " + failed.reason());
                }
            }
            case Input.RuleCommitted done -> office.onRuleCommitted(done);
            case Input.RuleFailed failed -> office.onRuleFailed(failed);
            case Input.QuorumApplied done -> membership.onQuorumApplied(done);
            case Input.Following done -> follower.onFollowing(done);
            case Input.FollowFailed failed -> follower.onFollowFailed(failed);
            case Input.HandedOver done -> {
                if (work.phases.current() instanceof Phase.HandingOver phase && phase.token() == done.token()) {
                    work.learn(done.end());
                    switchover.onStopped(phase, Optional.of(done.end()));
                }
            }
            case Input.HandOverFailed failed -> {
                if (work.phases.current() instanceof Phase.HandingOver phase && phase.token() == failed.token()) {
                    work.note("PostgreSQL was not stopped in good order: " + failed.reason());
                    switchover.onStopped(phase, Optional.empty());
                    work.phases.move(new Phase.SteppingDown(failed.reason()));
                    instance.quiesce();
                }
            }
            case Input.GatewaysDrained drained -> switchover.onDrained(drained);
            case Input.SwitchoverRequested asked -> switchover.onRequest(asked, office.flushed());
            case Input.SwitchoverPreflight asked -> switchover.onPreflight(asked, office.flushed());
            case Input.Roster roster -> work.roster(roster.nodes());
            case Input.RemoveMember removed -> membership.onRemove(removed, office.flushed());
            case Input.SetPause word -> work.learn(word.pause());
            case Input.Refollow r -> follower.onRefollow();
            case Input.StandbyCluster word -> remoteFollower.onWord(word.on());
            case Input.FollowingRemote done -> remoteFollower.onFollowing(done);
            case Input.ForceLeadership order -> forced.onOrder(order);
            case Input.DataOperation operation -> changeData(operation);
        }
    }

    private void receive(Envelope envelope) {
        if (!envelope.cluster().equals(work.cluster)) {
            work.note("ignores " + envelope.from() + " of another cluster, " + envelope.cluster());
        } else if (envelope.to().equals(work.self) && !envelope.from().equals(work.self)) {
            work.peers.heard(envelope.from(), work.now());
            work.learnTerm(envelope.term());
            if (office.term().filter(envelope.term()::isAfter).isPresent()) {
                office.layDown(envelope.from() + " has promised term " + envelope.term());
            }
            read(envelope);
        }
    }

    private void read(Envelope envelope) {
        NodeId from = envelope.from();
        switch (envelope.message()) {
            case Message.Status status -> readStatus(from, envelope.term(), status);
            case Message.PreVote asked -> {
                if (office.leadership().isPresent() && !mayBeDeposed()) {
                    office.leadership().ifPresent(own -> work.send(from, new Message.Follow(own)));
                } else {
                    voter.onPreVote(from, asked, campaign);
                }
            }
            case Message.PreVoteReply reply -> campaign.onPreVoteReply(from, reply);
            case Message.Recruit asked -> readRecruit(from, asked);
            case Message.ForcedRecruit asked -> {
                if (office.term().filter(asked.term()::isAfter).isPresent()) {
                    office.layDown("an operator has ordered an election by " + from);
                }
                voter.onForcedRecruit(from, asked);
            }
            case Message.RecruitReply reply -> {
                campaign.onRecruitReply(from, reply);
                forced.onRecruitReply(from, reply);
            }
            case Message.PromoteOrder order -> office.onPromoteOrder(from, order);
            case Message.Follow follow -> {
                if (!follower.onFollow(follow.leadership())) {
                    work.send(from, announcer.status());
                }
            }
            case Message.Resign resign -> {
                work.learnResigned(resign.term(), resign.target());
            }
            case Message.HandOver order -> campaign.onHandOver(order);
            case Message.LeaseRequest asked -> readLeaseRequest(from, asked);
            case Message.LeaseGrant grant -> office.onGrant(from, grant);
        }
    }

    private void readStatus(NodeId from, Term term, Message.Status status) {
        work.peers.says(from, status);
        work.learn(status.pause());
        work.learn(status.reservedTimeline());
        status.position().ifPresent(work::learn);
        work.learnResigned(status.resignedTerm(), status.successor());
        if (status.phase() == ElectionPhase.PROMOTING && !follower.isFollowing(term)) {
            suspicion.contact(term, from, work.settings.suspectMillis());
        }
        if (status.leadership().isPresent()
                && !follower.onFollow(status.leadership().get())) {
            work.send(from, announcer.status());
        }
        office.onStatus(from, term, status);
        campaign.onStatus(from, term, status);
        switchover.onStatus(from, term, status);
    }

    private void readRecruit(NodeId from, Message.Recruit asked) {
        Optional<Term> own = office.term();
        if (own.isPresent() && asked.term().isAfter(own.get())) {
            if (!mayBeDeposed()) {
                voter.refuse(
                        new Recruitment(asked.term(), asked.round(), from, asked.timeline()), "leads or is about to");
                return;
            }
            office.layDown(from + " holds an election and no majority stands behind the lease");
        }
        voter.onRecruit(from, asked);
    }

    /** A leader gives its voice to another only when the majority has already turned away from it. */
    private boolean mayBeDeposed() {
        return work.phases.current() instanceof Phase.Leading && work.now() >= office.leaseUntilMillis();
    }

    private void readLeaseRequest(NodeId from, Message.LeaseRequest asked) {
        Term promised = work.promises.durable().term();
        if (promised.isAfter(asked.term())) {
            work.send(from, announcer.status());
            return;
        }
        boolean free = switch (work.phases.current()) {
            case Phase.Waiting w -> true;
            case Phase.Following following -> following.leadership().term().equals(asked.term());
            case Phase.Recruited recruited -> recruited.recruitment().term().equals(asked.term());
            default -> false;
        };
        if (free
                && promised.equals(asked.term())
                && work.promises.latest().term().equals(asked.term())
                && work.resignedTerm().isBefore(asked.term())) {
            suspicion.contact(asked.term(), from, work.settings.suspectMillis());
            work.send(from, new Message.LeaseGrant(asked.term(), asked.sentAtMillis()));
        }
    }

    private void observe(Input.LocalPostgres seen) {
        work.observe(seen);
        instance.observe(seen.state());
        office.observe(seen.state());
        switch (work.phases.current()) {
            case Phase.Starting s -> start(seen);
            case Phase.Waiting w -> tame(seen.state());
            case Phase.Following f -> tame(seen.state());
            case Phase.Recruited r -> tame(seen.state());
            case Phase.Promoting p -> {}
            case Phase.Confirming c -> {}
            case Phase.Leading l -> {}
            case Phase.HandingOver h -> {}
            case Phase.SteppingDown s -> {}
            case Phase.Remote r -> tame(seen.state());
            case Phase.Failed f -> {}
        }
    }

    private void start(Input.LocalPostgres seen) {
        Promise promise = work.promises.durable();
        if (seen.state() != PostgresState.PRIMARY) {
            if (promise.acceptedLeader().filter(work.self::equals).isPresent()) {
                work.learnResigned(promise.acceptedTerm());
            }
            work.phases.move(new Phase.Waiting("has just started"));
        } else if (work.standbyCluster || !office.resume(seen)) {
            tame(seen.state());
        }
    }

    /** A primary without office is turned back at once, whoever promoted it. */
    private void tame(PostgresState state) {
        if (state == PostgresState.PRIMARY && !instance.isPending()) {
            work.phases.move(new Phase.SteppingDown("its PostgreSQL is a primary that nobody elected"));
            instance.disturb();
            instance.quiesce();
        }
    }

    private void failPromise(String reason) {
        work.note("a promise could not be made durable: " + reason);
        if (office.term().isPresent()) {
            office.layDown("its promises cannot be made durable");
        }
        work.phases.move(new Phase.Failed("its promises cannot be made durable: " + reason));
    }

    private void changeData(Input.DataOperation change) {
        Optional<Promise> write = work.promises.changeAndConfirm(promise -> promise.withData(
                change.systemIdentifier() == 0 ? promise.systemIdentifier() : change.systemIdentifier(),
                change.floor().or(promise::floor),
                change.operation()));
        write.ifPresent(promise -> work.emit(new Effect.PersistPromise(promise)));
    }

    private void liftFloor() {
        Promise latest = work.promises.latest();
        boolean passed = work.postgres().state() == PostgresState.STANDBY
                && latest.operation() == Promise.Operation.NONE
                && latest.floor()
                        .filter(floor -> work.postgres()
                                .position()
                                .filter(position -> !position.isBefore(floor))
                                .isPresent())
                        .isPresent();
        if (passed) {
            work.promise(
                    promise -> promise.withData(promise.systemIdentifier(), Optional.empty(), promise.operation()));
        }
    }

    private void settle() {
        liftFloor();
        boolean atRest = switch (work.phases.current()) {
            case Phase.Waiting w -> true;
            case Phase.Following f -> true;
            case Phase.Recruited r -> true;
            default -> false;
        };
        if (atRest) {
            // A rule of this node's own in its log, and no office: that office has ended.
            work.ownRule()
                    .filter(rule -> rule.leader().equals(work.self))
                    .map(Rule::term)
                    .ifPresent(work::learnResigned);
        }
        remoteFollower.settle();
        instance.settle();
        follower.settle();
        if (!forced.isActive()) {
            campaign.settle();
        }
        forced.settle();
        voter.settle(campaign);
        office.settle();
        switchover.settleAfterwards(office.gateOpen());
    }

    /** Whether clients may be served at this moment; cheap, and right even when no step has been taken for long. */
    public boolean isServingAt(long nowMillis) {
        return office.gateOpen() && nowMillis < office.leaseUntilMillis();
    }

    /** The state after the last step. */
    public ElectionView view() {
        return announcer.view();
    }
}
