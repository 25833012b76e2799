package io.howdah.kernel.election;

import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Rule;
import io.howdah.kernel.quorum.Quorum;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Chooses who shall lead. A candidate needs, by the newest rule in its own log, a majority of voices none of which comes
 * from a log that reaches further than its own: whatever was committed is then in the candidate's log, because every
 * committing majority shares a node with this one (Ongaro and Ousterhout, 2014, sections 5.4 and 6).
 */
final class Candidates {
    /** A durable promise and where its giver's log ends. */
    record Voice(Position position, Optional<Rule> rule, int priority) {}

    /** The winner and what its election rests on. */
    record Choice(NodeId winner, Position position, int priority, Rule basis, SortedSet<NodeId> majority) {}

    private Candidates() {}

    /**
     * The best candidate: one that may stay leader, then the longest log, then the preferred node, then the higher
     * priority, then the name. Any candidate is safe, also one with a shorter log than another: what its majority does
     * not hold was never committed.
     *
     * @param neverLeaders who leads only if nobody else can
     */
    static Optional<Choice> choose(
            SortedMap<NodeId, Voice> voices, Optional<NodeId> preferred, Set<NodeId> neverLeaders) {
        Comparator<Choice> better = Comparator.<Choice, Boolean>comparing(
                        choice -> !neverLeaders.contains(choice.winner()))
                .thenComparing(Choice::position)
                .thenComparing(
                        choice -> preferred.filter(choice.winner()::equals).isPresent())
                .thenComparingInt(Choice::priority)
                .thenComparing(Choice::winner, Comparator.reverseOrder());
        return voices.entrySet().stream()
                .flatMap(entry -> candidacy(entry.getKey(), entry.getValue(), voices).stream())
                .max(better);
    }

    /** Whether this node could be the winner of an ordinary election with these voices. */
    static boolean isCandidate(NodeId node, SortedMap<NodeId, Voice> voices) {
        return Optional.ofNullable(voices.get(node))
                .flatMap(own -> candidacy(node, own, voices))
                .isPresent();
    }

    private static Optional<Choice> candidacy(NodeId node, Voice own, SortedMap<NodeId, Voice> voices) {
        if (own.rule().filter(rule -> rule.members().contains(node)).isEmpty()) {
            return Optional.empty();
        }
        Rule rule = own.rule().get();
        TreeSet<NodeId> behind = new TreeSet<>();
        for (Map.Entry<NodeId, Voice> voice : voices.entrySet()) {
            if (!voice.getValue().position().isAfter(own.position())) {
                behind.add(voice.getKey());
            }
        }
        return Quorum.isMajority(behind, rule.members())
                ? Optional.of(new Choice(node, own.position(), own.priority(), rule, behind))
                : Optional.empty();
    }
}
