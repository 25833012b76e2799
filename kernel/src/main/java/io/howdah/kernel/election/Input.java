package io.howdah.kernel.election;

import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeTags;
import io.howdah.kernel.model.Pause;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Promise;
import io.howdah.kernel.model.Rule;
import io.howdah.kernel.model.Term;
import io.howdah.kernel.model.TimelineId;
import io.howdah.kernel.quorum.QuorumSetting;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the core is told. Inputs may come in any order; one that no longer matters is ignored. */
public sealed interface Input {
    /** Time has passed. Due at least every 50 ms and at {@link ElectionView#wakeAtMillis()}. */
    record Tick() implements Input {}

    /** A message arrived from an authenticated peer. */
    record Received(Envelope envelope) implements Input {}

    /**
     * A peer cannot be reached. Due at once, and again with each further attempt that fails (a few times a second): a late
     * message of the lost process would otherwise pass for a sign of life.
     *
     * @param refused true when its host answered that nobody listens (connection refused or reset), so that the process
     *     is gone; false when there is only silence
     */
    record PeerLost(NodeId peer, boolean refused) implements Input {}

    /**
     * The node's own PostgreSQL. Due at once when state, stream or rule change, when a position that the core watches
     * ({@link Effect.WatchPosition}) is reached, and otherwise every half second.
     *
     * @param position how far the durable log reaches: last timeline, greatest of flushed-received and replayed position
     *     on a standby, flush position on a primary
     * @param rule the newest rule that PostgreSQL shows
     * @param receiving whether a stream is up and was heard of within about two seconds
     * @param receiverTerm the term in the name under which the stream was asked for
     * @param branchedAt where the current timeline left its parent, if it has one
     * @param condition what else bears on whether this node should lead
     */
    record LocalPostgres(
            PostgresState state,
            Optional<Position> position,
            Optional<Rule> rule,
            boolean receiving,
            Optional<Term> receiverTerm,
            Optional<Position> branchedAt,
            Condition condition)
            implements Input {
        public LocalPostgres(
                PostgresState state,
                Optional<Position> position,
                Optional<Rule> rule,
                boolean receiving,
                Optional<Term> receiverTerm,
                Optional<Position> branchedAt) {
            this(state, position, rule, receiving, receiverTerm, branchedAt, Condition.SOUND);
        }

        /** The same with a reason to hand over. */
        public LocalPostgres ailing(String how) {
            return new LocalPostgres(
                    state, position, rule, receiving, receiverTerm, branchedAt, condition.ailing(Optional.of(how)));
        }
    }

    /**
     * How far each standby that streams from this primary has flushed, counting only connections whose name carries the
     * given term ({@link io.howdah.kernel.quorum.StandbyName}). Due at once when a row appears or the core waits for a
     * confirmation, else every half second. A node that is absent streams no longer.
     */
    record FlushProgress(Term term, Map<NodeId, Lsn> flushed) implements Input {
        public FlushProgress {
            flushed = Collections.unmodifiableMap(new TreeMap<>(flushed));
        }
    }

    /** The promise is on disk: file and directory are synced. Answers {@link Effect.PersistPromise}. */
    record PromisePersisted(Promise promise) implements Input {}

    /** It is not. The node steps down and stops voting. */
    record PromiseFailed(Promise promise, String reason) implements Input {}

    /**
     * Answers {@link Effect.Quiesce}: PostgreSQL is in recovery and nothing is received any more.
     *
     * @param rule the newest in the whole log; empty when that is not known because replay is behind: such a node gives its
     *     voice to others and cannot be chosen itself
     */
    record Quiesced(long token, Position position, Optional<Rule> rule) implements Input {}

    /** It could not be done; the core asks again while it has a reason to. */
    record QuiesceFailed(long token, String reason) implements Input {}

    /** Answers {@link Effect.Promote}: PostgreSQL is out of recovery on the given timeline. */
    record Promoted(Term term, TimelineId timeline, Position branchedAt) implements Input {}

    /** It is not, or nobody can tell. */
    record PromotionFailed(Term term, String reason) implements Input {}

    /** Answers {@link Effect.WriteRule}: COMMIT returned without a warning; lsn is at or behind the row's commit record. */
    record RuleCommitted(Rule rule, Lsn lsn) implements Input {}

    /** COMMIT failed or its fate is unknown. */
    record RuleFailed(Rule rule, String reason) implements Input {}

    /** Answers {@link Effect.ApplyQuorum}: every backend that begins a commit from now on uses the setting. */
    record QuorumApplied(Term term, QuorumSetting setting) implements Input {}

    /** Answers {@link Effect.Follow}: the log is a prefix of the leader's and the stream has been asked for. */
    record Following(Term term) implements Input {}

    /** The leader could not be followed; the core asks again. */
    record FollowFailed(Term term, String reason) implements Input {}

    /** Answers {@link Effect.HandOver}: the old primary is down and its log ends here. */
    record HandedOver(long token, Position end) implements Input {}

    /** It could not be stopped properly, or its end is unknown. */
    record HandOverFailed(long token, String reason) implements Input {}

    /** Every gateway holds new statements and has no transaction in flight. */
    record GatewaysDrained(String drain) implements Input {}

    /** A person wants another leader. The driver has run CHECKPOINT first, so that the stop is short. */
    record SwitchoverRequested(String request, Optional<NodeId> target) implements Input {}

    /** A person asks how a switchover would go. Answered by {@link Effect.ReportPreflight}; changes nothing. */
    record SwitchoverPreflight(String request) implements Input {}

    /**
     * Which nodes there should be and what is wished of each, this node included. The leader makes members of those that
     * may vote and are none yet; it removes nobody for being absent here ({@link RemoveMember} does).
     */
    record Roster(SortedMap<NodeId, NodeTags> nodes) implements Input {
        public Roster {
            nodes = Collections.unmodifiableSortedMap(new TreeMap<>(nodes));
        }
    }

    /** The node should be a member no longer. */
    record RemoveMember(String request, NodeId node) implements Input {}

    /** An operator's word on elections, or one that was kept from an earlier run; the newest counts. */
    record SetPause(Pause pause) implements Input {}

    /** What this node streams from, or whether it may keep its data, has changed: look at the leader anew. */
    record Refollow() implements Input {}

    /**
     * Whether this cluster follows the primary of another one. While it does, nobody here leads, elects or promises anything.
     */
    record StandbyCluster(boolean on) implements Input {}

    /** How {@link Effect.FollowRemote} ended; empty words when it receives, or will in a moment. */
    record FollowingRemote(Optional<NodeId> through, String failure) implements Input {}

    /**
     * An operator orders this node to lead, with what may be lost stated and accepted beforehand.
     *
     * @param voices who must swear the new term first, this node included: every member that can be reached
     * @param members the members of the new rule, this node included
     * @param founding the log has no rule of this cluster: its data comes from another one that it has followed
     * @param lossAccepted whether it may go on although others may hold commits that this node does not
     * @param reason for the log and for the history of rules
     */
    record ForceLeadership(
            String request,
            SortedSet<NodeId> voices,
            SortedSet<NodeId> members,
            boolean founding,
            boolean lossAccepted,
            String reason)
            implements Input {
        public ForceLeadership(
                String request,
                SortedSet<NodeId> voices,
                SortedSet<NodeId> members,
                boolean lossAccepted,
                String reason) {
            this(request, voices, members, false, lossAccepted, reason);
        }

        public ForceLeadership {
            voices = Collections.unmodifiableSortedSet(new TreeSet<>(voices));
            members = Collections.unmodifiableSortedSet(new TreeSet<>(members));
        }
    }

    /**
     * The driver is about to change, or has finished changing, the data directory (rewind or clone). It must not touch
     * anything before the promise with this operation has been persisted.
     *
     * @param operation what begins; NONE when it is finished and the directory can be trusted again
     * @param floor when something begins: a position on the source's own timeline at or behind which the source had
     *     flushed everything when the work began; the node does not vote until its log has passed it
     * @param systemIdentifier of the data, 0 when unknown
     */
    record DataOperation(Promise.Operation operation, Optional<Position> floor, long systemIdentifier)
            implements Input {}
}
