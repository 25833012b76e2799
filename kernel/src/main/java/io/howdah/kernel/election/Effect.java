package io.howdah.kernel.election;

import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Pause;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Promise;
import io.howdah.kernel.model.Rule;
import io.howdah.kernel.model.Term;
import io.howdah.kernel.quorum.QuorumSetting;
import java.util.List;
import java.util.Optional;

/**
 * What the driver has to do. Effects of one step are begun in list order.
 *
 * <p>There are two lanes, each strictly in order: the promise file ({@code PersistPromise}) and the instance ({@code
 * Quiesce, Promote, ApplyQuorum, Follow, FollowRemote, HandOver}). A later {@code Quiesce} or {@code HandOver} cancels what is still
 * going on in the instance lane as soon as that can be done safely. {@code WriteRule} waits for other nodes and therefore
 * runs beside the lanes; stopping PostgreSQL ends it.
 */
public sealed interface Effect {
    /** Make this the promise on disk, file and directory synced. Completion: PromisePersisted or PromiseFailed. */
    record PersistPromise(Promise promise) implements Effect {}

    /** Send, without waiting; nothing is retried by the driver. */
    record Send(Envelope envelope) implements Effect {}

    /**
     * Make PostgreSQL a standby that receives nothing, whatever it was before. A standby: clear primary_conninfo, wait
     * until the receiver is gone and all it wrote is replayed. A primary or an instance that is down: stop it (fast, then
     * immediate), start it as a standby without conninfo. Completion: Quiesced or QuiesceFailed with the same token.
     */
    record Quiesce(long token) implements Effect {}

    /**
     * Promote. While still a standby set the synchronous standbys of the setting stamped with the rule's term, and see
     * that PostgreSQL picks exactly the rule's timeline. Completion: Promoted or PromotionFailed. Must not be tried when
     * a stream has been up since the last Quiesced.
     */
    record Promote(Rule rule, QuorumSetting setting) implements Effect {}

    /**
     * Write the rule row and wait for its COMMIT. Completion: RuleCommitted or RuleFailed.
     *
     * @param reason for the history of rules
     */
    record WriteRule(Rule rule, String reason) implements Effect {}

    /** Change the synchronous standbys of a running primary. Completion: QuorumApplied. Never empty it otherwise. */
    record ApplyQuorum(Term term, QuorumSetting setting) implements Effect {}

    /**
     * Receive from this leader and from nobody else. Compare the own end with the leader's history: a prefix streams,
     * with a name stamped with the leadership's term; an end beyond it is rewound; any doubt is cloned anew. Idempotent.
     * Completion: Following or FollowFailed.
     */
    record Follow(Leadership leadership) implements Effect {}

    /**
     * Receive from the primary of another cluster, or from a node of this one that does. As {@link Follow}, but under a name
     * that confirms nothing to anybody. Completion: FollowingRemote.
     *
     * @param through empty for the remote primary itself
     */
    record FollowRemote(Optional<NodeId> through) implements Effect {}

    /** Report LocalPostgres as soon as the durable log reaches this position or the stream ends. */
    record WatchPosition(Position position) implements Effect {}

    /** Let clients in. */
    record OpenGate(Term term) implements Effect {}

    /** Let nobody in, and fail what is in flight. */
    record CloseGate(String reason) implements Effect {}

    /** Ask the gateways to hold new statements and to confirm this identifier. */
    record StartDrain(String drain) implements Effect {}

    /** The drain is called off, the gateways go on. */
    record EndDrain(String drain) implements Effect {}

    /**
     * Stop PostgreSQL fast, so that the standbys get everything up to the shutdown checkpoint, and read its position. It
     * stays down until the next effect of the lane. Completion: HandedOver or HandOverFailed.
     */
    record HandOver(long token) implements Effect {}

    /** How a switchover ended. */
    record ReportSwitchover(String request, SwitchoverOutcome outcome, Optional<NodeId> leader, Term term, String words)
            implements Effect {}

    /**
     * How a switchover would go.
     *
     * @param candidates every node, with what speaks against it
     * @param choice who would lead if nobody is named
     * @param obstacle why there cannot be a switchover at all at present; empty when there can
     */
    record ReportPreflight(String request, List<Candidacy> candidates, Optional<NodeId> choice, String obstacle)
            implements Effect {
        public ReportPreflight {
            candidates = List.copyOf(candidates);
        }
    }

    /** How a removal ended. */
    record ReportRemoval(String request, boolean done, String words) implements Effect {}

    /** How a forced election ended. */
    record ReportForced(String request, boolean done, String words) implements Effect {}

    /** Write down how this node came to lead. Nothing waits for it, and what cannot be written is missing. */
    record RecordAccession(Accession accession) implements Effect {}

    /** Keep the operator's word on elections across restarts. Nothing waits for it. */
    record PersistPause(Pause pause) implements Effect {}

    /** For the log. */
    record Note(String words) implements Effect {}

    /** How a switchover can end. */
    enum SwitchoverOutcome {
        /** The target leads and serves. */
        DONE,
        /** Another node than the target leads and serves. */
        LED_ELSEWHERE,
        /** Nothing was begun. */
        REFUSED,
        /** It was called off before PostgreSQL stopped; the old leader goes on. */
        ABORTED,
        /** Nobody was seen to serve in time. */
        TIMED_OUT
    }
}
