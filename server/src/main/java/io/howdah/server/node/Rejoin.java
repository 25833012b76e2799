package io.howdah.server.node;

import io.howdah.kernel.election.Input;
import io.howdah.kernel.election.Leadership;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Promise.Operation;
import io.howdah.postgres.process.DataState;
import io.howdah.postgres.process.Rewind;
import io.howdah.postgres.process.TimelineHistory;
import io.howdah.postgres.process.UnprivilegedUser;
import io.howdah.postgres.process.Upstream;
import io.howdah.postgres.replication.ReplicationCommands.SystemIdentity;
import io.howdah.server.configuration.NodeConfiguration;
import io.howdah.server.configuration.Secrets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Joins this node's data to a leader's history. In order of preference:
 *
 * <ol>
 *   <li>the own log is a prefix of the leader's history: stream;
 *   <li>it reaches beyond the point where they part: pg_rewind, then stream;
 *   <li>there is no data, or any doubt about it: set it aside, clone, then stream.
 * </ol>
 *
 * <p>Properties kept: the stamped name is configured only after the prefix has been proven, so that nobody counts this
 * node's confirmations before (research trap T1); before the first byte of the data directory changes, the promise on disk
 * says so, and it says so until the work is complete (trap T15).
 */
final class Rejoin {
    private static final Logger LOG = LoggerFactory.getLogger(Rejoin.class);
    private static final NodeId NOBODY = new NodeId("remote");
    private static final Duration REWIND_LIMIT = Duration.ofMinutes(30);

    private final ManagedInstance instance;
    private final Rewind rewind;
    private final String superuserPassword;
    private final Upstreams upstreams;
    private final UpstreamQuestions.Login login;
    private final DataChange change;
    private final DataCopy copies;
    private final VainFollows vainFollows = new VainFollows();
    private final Consumer<Activity> activities;
    private final AtomicReference<Optional<Rebuild>> rebuild = new AtomicReference<>(Optional.empty());

    Rejoin(
            NodeConfiguration config,
            Secrets secrets,
            ManagedInstance instance,
            Rewind rewind,
            UnprivilegedUser user,
            Upstreams upstreams,
            PromiseLane promises,
            Consumer<Input> core,
            Consumer<Activity> activities) {
        this.instance = instance;
        this.rewind = rewind;
        this.superuserPassword = secrets.postgresPassword();
        this.upstreams = upstreams;
        this.login = new UpstreamQuestions.Login(config.node(), secrets);
        this.change = new DataChange(instance, promises, core);
        this.copies = new DataCopy(instance, user, upstreams, login, change, activities);
        this.activities = activities;
    }

    /** Takes an order that the next {@link #follow} carries out; any thread. */
    void rebuild(Rebuild order) {
        rebuild.set(Optional.of(order));
    }

    /** Whether there is complete data whose last change was finished. */
    boolean dataIsTrusted() {
        return change.dataIsTrusted();
    }

    /** Returns when the stream from the leader has been asked for. */
    void follow(Leadership leadership) throws InterruptedException {
        Upstream upstream = upstreams.leader(leadership);
        if (isPlainlyPrefix(leadership)) {
            vainFollows.begin(leadership);
        } else {
            joinByAsking(leadership, upstream);
        }
        change.refuseOutlived(leadership);
        instance.follow(upstreams.cascade(leadership).orElse(upstream));
        activities.accept(Activity.NONE);
    }

    /**
     * Whether the leadership itself shows that the own log is a prefix which the leader can continue: it ends on the timeline that the
     * leader's left, before that point and in the segment with which the leader's timeline begins. So it is after a planned switchover,
     * and the leader's first row need not wait for the log-in that questions would take. PostgreSQL itself refuses to stream from a
     * server with another system identifier.
     */
    private boolean isPlainlyPrefix(Leadership leadership) {
        boolean quick = !vainFollows.isKnown(leadership)
                && rebuild.get().isEmpty()
                && dataIsTrusted()
                && instance.process().isPresent()
                && instance.inRecovery();
        if (!quick) {
            return false;
        }
        Position own = instance.position();
        Position branchedAt = leadership.branchedAt();
        int segmentBytes = instance.data().readControl().walSegmentBytes();
        return own.timeline().equals(branchedAt.timeline())
                && !own.isAfter(branchedAt)
                && own.lsn().segment(segmentBytes) == branchedAt.lsn().segment(segmentBytes);
    }

    /** Brings the data to where it can stream, whatever it is like. */
    private void joinByAsking(Leadership leadership, Upstream upstream) throws InterruptedException {
        SystemIdentity leader;
        Optional<Rebuild> ordered;
        Kinship kinship = Kinship.NONE;
        // One connection for all questions: each log-in costs time for which the leader's first row waits.
        try (UpstreamQuestions questions = login.ask(upstream)) {
            leader = questions.identity();
            ordered = rebuild.getAndSet(Optional.empty());
            if (ordered.isEmpty() && dataIsTrusted()) {
                refuseStranger(leader);
                restartIfInVain(leadership, upstream);
                kinship = compare(leadership, questions);
            }
        }
        if (ordered.isPresent()) {
            rebuild(leadership, upstream, leader, ordered.get());
        } else {
            join(leadership, upstream, leader, kinship);
        }
    }

    /**
     * Receives from the primary of another cluster, or from a node of this one that does.
     *
     * @param through that node; empty for the remote primary itself
     */
    void followRemote(Optional<NodeId> through) throws InterruptedException {
        Upstream upstream = through.map(upstreams::head).orElseGet(upstreams::remote);
        SystemIdentity identity;
        Leadership standIn;
        Kinship kinship = Kinship.NONE;
        try (UpstreamQuestions questions = login.ask(upstream)) {
            identity = questions.identity();
            standIn = new Leadership(
                    change.promisedTerm(),
                    through.orElse(NOBODY),
                    identity.timeline(),
                    new Position(identity.timeline(), identity.flushed()));
            if (dataIsTrusted()) {
                refuseStranger(identity);
                kinship = compare(standIn, questions);
            }
        }
        join(standIn, upstream, identity, kinship);
        instance.follow(upstream);
        activities.accept(Activity.NONE);
    }

    private void rebuild(Leadership leadership, Upstream upstream, SystemIdentity leader, Rebuild order)
            throws InterruptedException {
        try {
            refuseStranger(leader);
            copies.rebuild(leadership, upstream, leader, order);
        } catch (RuntimeException e) {
            order.begun().completeExceptionally(e);
            throw e;
        }
    }

    /** How the own data is related to the leader's history. */
    private enum Kinship {
        /** There is no data that can be trusted. */
        NONE,
        /** The own log is a prefix, and the leader has all that comes after it. */
        PREFIX,
        /** A prefix, but what comes next is gone. */
        OUTRUN,
        DIVERGED
    }

    private void restartIfInVain(Leadership leadership, Upstream upstream) {
        if (vainFollows.restartIsDue(leadership, instance.isStreaming())) {
            LOG.warn(
                    "PostgreSQL does not stream from {} although it was told to again and again: it is restarted",
                    upstream.host());
            instance.stop();
        }
    }

    private Kinship compare(Leadership leadership, UpstreamQuestions questions) {
        if (instance.process().isPresent() && !instance.inRecovery()) {
            instance.stop();
        }
        instance.startIsolated();
        Position own = instance.position();
        TimelineHistory history = questions.history(leadership.timeline());
        if (history.contains(own.timeline(), own.lsn())) {
            int segmentBytes = instance.data().readControl().walSegmentBytes();
            return questions.holds(own, segmentBytes) ? Kinship.PREFIX : Kinship.OUTRUN;
        }
        LOG.info("the own log ends at {}, which is not on the leader's history {}", own, history);
        return Kinship.DIVERGED;
    }

    /** Brings the data to where it can stream. */
    private void join(Leadership leadership, Upstream upstream, SystemIdentity leader, Kinship kinship)
            throws InterruptedException {
        switch (kinship) {
            case PREFIX -> {}
            case NONE -> copies.cloneFrom(leadership, upstream, leader, "there is no data that can be trusted");
            case OUTRUN ->
                copies.cloneFrom(leadership, upstream, leader, "the leader no longer has the log that comes next");
            case DIVERGED -> {
                if (rewind.isAvailable()) {
                    rewindOrClone(leadership, upstream, leader);
                } else {
                    String why = "the data has diverged, and this installation has no pg_rewind";
                    copies.cloneFrom(leadership, upstream, leader, why);
                }
            }
        }
    }

    private void rewindOrClone(Leadership leadership, Upstream upstream, SystemIdentity leader)
            throws InterruptedException {
        try {
            rewindTo(leadership, upstream, leader);
        } catch (RuntimeException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException("an election came between");
            }
            copies.cloneFrom(leadership, upstream, leader, "pg_rewind did not succeed: " + e.getMessage());
        }
    }

    private void rewindTo(Leadership leadership, Upstream upstream, SystemIdentity leader) throws InterruptedException {
        change.begin(Operation.REWIND, leader);
        activities.accept(new Activity(Activity.Kind.REWINDING, "rewinds to the history of " + upstream.host()));
        instance.stop();
        rewind.rewindTo(
                upstream,
                ManagedInstance.SUPERUSER,
                superuserPassword,
                REWIND_LIMIT,
                line -> activities.accept(new Activity(Activity.Kind.REWINDING, line)));
        LOG.info("rewound to the history of {}", upstream.host());
        change.startAndFinish(leadership, upstream, leader.systemIdentifier());
    }

    private void refuseStranger(SystemIdentity leader) {
        if (instance.data().state() instanceof DataState.Initialized(long own, int ignored)
                && own != leader.systemIdentifier()) {
            throw new NodeException(
                    "this node's data has system identifier %s, the leader's %s: they are of different clusters"
                            .formatted(Long.toUnsignedString(own), Long.toUnsignedString(leader.systemIdentifier())),
                    "remove the node's directory if its data is not wanted; the node then clones");
        }
    }
}
