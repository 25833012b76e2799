package io.howdah.kernel.quorum;

import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Rule;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Majorities. Pure functions, any thread. */
public final class Quorum {
    private Quorum() {}

    public static int majorityOf(int members) {
        return members / 2 + 1;
    }

    /** Whether those of the voices that belong to members are more than half of the members. */
    public static boolean isMajority(Set<NodeId> voices, Set<NodeId> members) {
        return members.stream().filter(voices::contains).count() >= majorityOf(members.size());
    }

    /**
     * Whether a majority of the members holds the log up to the given position; the leader holds its own.
     *
     * @param flushed positions confirmed under the leader's present term
     */
    public static boolean isHeld(Lsn position, NodeId leader, Set<NodeId> members, Map<NodeId, Lsn> flushed) {
        long holders = members.stream()
                .filter(member -> member.equals(leader)
                        || (flushed.containsKey(member) && !flushed.get(member).isBefore(position)))
                .count();
        return holders >= majorityOf(members.size());
    }

    /**
     * The setting to use while the members change from one rule to the next, before the new rule is committed: that of
     * the rule with the even number of members. More than half of 2m nodes, m + 1 of them, contain a majority of every set
     * that differs by one node: m + 1 of 2m + 1, and at least m of 2m - 1. The reverse does not hold.
     */
    public static QuorumSetting duringChange(Rule before, Rule after) {
        requireOneStep(before.members(), after.members());
        return QuorumSetting.of(before.members().size() % 2 == 0 ? before : after);
    }

    private static void requireOneStep(SortedSet<NodeId> before, SortedSet<NodeId> after) {
        TreeSet<NodeId> difference = new TreeSet<>(before);
        difference.removeAll(after);
        TreeSet<NodeId> added = new TreeSet<>(after);
        added.removeAll(before);
        if (difference.size() + added.size() != 1) {
            throw new IllegalArgumentException(
                    "members change by one node at a time, not from %s to %s".formatted(before, after));
        }
    }
}
