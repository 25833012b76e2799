package io.howdah.kernel.election;

import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Pause;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Rule;
import io.howdah.kernel.model.Term;
import io.howdah.kernel.model.TimelineId;
import java.util.Optional;

/**
 * What nodes say to each other. Any message may be lost, delayed, doubled or overtaken: only liveness suffers. Each one
 * travels in an {@link Envelope} that names cluster, sender and the sender's promised term.
 */
public sealed interface Message {
    /**
     * What a node is, sent periodically and at once when something in it changes.
     *
     * @param phase where the sender stands
     * @param postgres what its PostgreSQL is doing
     * @param position how far its durable log reaches, as last observed
     * @param rule the newest rule in its own log
     * @param reservedTimeline the highest timeline it knows to be meant for any election
     * @param following the term of the leader that it streams from or is
     * @param receiving whether a stream from that leader is up
     * @param resignedTerm the highest term whose leader is known to have given up its office
     * @param successor whom the leader of that term wished to follow it; the others let it try first
     * @param leadership set by a primary of its term: how to follow it
     * @param gateOpen whether the sender serves clients
     * @param pause the newest word on pausing elections that it has heard
     * @param condition what else bears on whether it should lead
     */
    record Status(
            ElectionPhase phase,
            PostgresState postgres,
            Optional<Position> position,
            Optional<Rule> rule,
            TimelineId reservedTimeline,
            Optional<Term> following,
            boolean receiving,
            Term resignedTerm,
            Optional<NodeId> successor,
            Optional<Leadership> leadership,
            boolean gateOpen,
            Pause pause,
            Condition condition)
            implements Message {}

    /** Would you take part in an election? Costs the asked node nothing. */
    record PreVote(long ballot, Term resignedTerm) implements Message {}

    /** The answer; a "no" may be followed by a "yes" to the same ballot when the node comes to share the suspicion. */
    record PreVoteReply(long ballot, boolean willing, TimelineId highestTimeline, String reason) implements Message {}

    /**
     * Stop receiving, promise, and tell how far your log reaches.
     *
     * @param term of the election
     * @param round this one attempt; another coordinator may have picked the same term
     * @param timeline the branch on which the winner will write
     * @param resignedTerm as in a status: why this election needs no suspicion
     */
    record Recruit(Term term, long round, TimelineId timeline, Term resignedTerm) implements Message {}

    /** The same by an operator's order: given whatever the asked node thinks of its present leader. */
    record ForcedRecruit(Term term, long round, TimelineId timeline) implements Message {}

    /**
     * The answer, sent only after the promise is durable.
     *
     * @param highestTimeline the highest timeline that the node knows to exist or to be reserved
     */
    record RecruitReply(
            Term term,
            long round,
            boolean granted,
            TimelineId highestTimeline,
            Optional<Position> position,
            Optional<Rule> rule,
            int priority,
            String reason)
            implements Message {}

    /**
     * You have won: lead. Repeated until the winner is seen at it.
     *
     * @param cause why there was an election
     */
    record PromoteOrder(Term term, long round, TimelineId timeline, Position position, Rule basis, Cause cause)
            implements Message {}

    /** I lead: follow me. Sent on promotion and to every node that is seen not to follow. */
    record Follow(Leadership leadership) implements Message {}

    /** I no longer lead; elect without delay, letting the target try first. */
    record Resign(Term term, Optional<NodeId> target, String reason) implements Message {}

    /**
     * The leader has stopped for you: begin the election in the given term as soon as your log reaches its end.
     *
     * @param resigned the term that ends
     * @param next the term to use
     * @param end where the stopped leader's log ends
     * @param heldMillis for how long clients have been waiting
     */
    record HandOver(Term resigned, Term next, Position end, long heldMillis) implements Message {}

    /** May I serve for another lease, counted from my clock's sentAtMillis? */
    record LeaseRequest(Term term, long sentAtMillis) implements Message {}

    /** Yes: I shall help no other leader into office before I suspect you. */
    record LeaseGrant(Term term, long sentAtMillis) implements Message {}
}
