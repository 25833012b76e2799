package io.howdah.kernel.election;

import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeTags;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether a node may take over in a switchover, and everything that speaks against it. A planned change of leader is to be a
 * short pause, so it is refused where an unplanned election would have no choice: a standby that is far behind is still safe
 * to elect.
 *
 * @param unflushedBytes what the leader has written and the node has not confirmed
 * @param unreplayedBytes what the node has received and not replayed
 */
public record Candidacy(NodeId node, List<Objection> objections, long unflushedBytes, long unreplayedBytes) {
    public Candidacy {
        objections = List.copyOf(objections);
    }

    /** What can speak against a node. */
    public enum Reason {
        UNKNOWN(true),
        LEADS(true),
        NEVER_LEADER(true),
        NOT_A_VOTER(true),
        UNREACHABLE(true),
        NOT_STREAMING(true),
        AILING(true),
        LAGGING(false),
        REPLAY_PAUSED(false),
        REPLAY_BEHIND(false);

        private final boolean excluding;

        Reason(boolean excluding) {
            this.excluding = excluding;
        }

        /** Whether the node could not lead at all, as opposed to: not at once. */
        boolean isExcluding() {
            return excluding;
        }
    }

    /** @param words for a person, to be read after the node's name */
    public record Objection(Reason reason, String words) {}

    /**
     * What the leader knows of one node at one moment.
     *
     * @param known whether it is a node of this cluster at all
     * @param leads whether it is the leader itself
     * @param voter whether it is a member of the rule in force
     * @param heard whether it said something within the last moments
     * @param streams whether it says that it follows this leader, and the leader sees its stream
     * @param unflushedBytes as above, 0 while nobody can tell
     * @param condition as it says itself
     * @param limitBytes how far behind it may be
     */
    public record Facts(
            NodeId node,
            boolean known,
            boolean leads,
            boolean voter,
            NodeTags tags,
            boolean heard,
            boolean streams,
            long unflushedBytes,
            Condition condition,
            long limitBytes) {}

    /** The one judgment, for a switchover and for the question how it would end. */
    public static Candidacy judge(Facts facts) {
        List<Objection> objections = new ArrayList<>();
        if (!facts.known()) {
            objections.add(new Objection(Reason.UNKNOWN, "is not a node of this cluster"));
        } else if (facts.leads()) {
            objections.add(new Objection(Reason.LEADS, "is the leader"));
        } else {
            objectToRole(facts, objections);
            objectToDelay(facts, objections);
        }
        return new Candidacy(
                facts.node(),
                objections,
                facts.unflushedBytes(),
                facts.condition().unreplayedBytes());
    }

    private static void objectToRole(Facts facts, List<Objection> objections) {
        if (facts.tags().neverLeader()) {
            objections.add(new Objection(Reason.NEVER_LEADER, "is tagged " + NodeTags.NEVER_LEADER));
        }
        if (!facts.voter()) {
            objections.add(new Objection(
                    Reason.NOT_A_VOTER,
                    facts.tags().mayVote() ? "is not a voter yet" : "is not a voter by its tags: " + facts.tags()));
        }
        if (!facts.heard()) {
            objections.add(new Objection(Reason.UNREACHABLE, "cannot be reached"));
        } else if (!facts.streams()) {
            objections.add(new Objection(Reason.NOT_STREAMING, "does not stream from the leader"));
        }
        facts.condition().ailment().ifPresent(how -> objections.add(new Objection(Reason.AILING, how)));
    }

    private static void objectToDelay(Facts facts, List<Objection> objections) {
        if (facts.heard() && facts.streams() && facts.unflushedBytes() > facts.limitBytes()) {
            objections.add(new Objection(
                    Reason.LAGGING,
                    "lags by %d bytes, more than %d".formatted(facts.unflushedBytes(), facts.limitBytes())));
        }
        if (facts.heard() && facts.condition().replayPaused()) {
            objections.add(new Objection(Reason.REPLAY_PAUSED, "has its replay paused"));
        } else if (facts.heard() && facts.condition().unreplayedBytes() > facts.limitBytes()) {
            objections.add(new Objection(
                    Reason.REPLAY_BEHIND,
                    "has %d bytes left to replay, more than %d"
                            .formatted(facts.condition().unreplayedBytes(), facts.limitBytes())));
        }
    }

    public boolean mayLead() {
        return objections.isEmpty();
    }

    /** Whether it could take over at all, though perhaps not at once. */
    boolean couldLead() {
        return objections.stream().noneMatch(objection -> objection.reason().isExcluding());
    }

    /** Whether it has confirmed all but a little; only then a preference counts. */
    boolean isClose(long limitBytes) {
        return unflushedBytes <= limitBytes;
    }

    /** One sentence, empty when nothing speaks against the node. */
    public Optional<String> words() {
        return objections.isEmpty()
                ? Optional.empty()
                : Optional.of(node + " "
                        + String.join(
                                " and ",
                                objections.stream().map(Objection::words).toList()));
    }

    static long unflushed(Optional<Lsn> end, Optional<Lsn> flushed) {
        return end.isPresent() && flushed.isPresent() ? Math.max(0, end.get().bytesAheadOf(flushed.get())) : 0;
    }
}
