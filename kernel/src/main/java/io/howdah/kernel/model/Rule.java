package io.howdah.kernel.model;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Who leads and who votes, as written in the cluster's own log. The newest rule in a node's log counts for that node,
 * acknowledged or not (Raft's reading of a configuration; Ongaro and Ousterhout, 2014, section 6).
 *
 * @param term the leader's term
 * @param subterm counts the changes that this leader made to the members, starting at 1 with its barrier
 * @param leader the node that wrote the rule
 * @param members the voters, the leader among them
 * @param timeline the timeline on which the leader writes in this term
 */
public record Rule(Term term, int subterm, NodeId leader, SortedSet<NodeId> members, TimelineId timeline)
        implements Comparable<Rule> {
    public Rule {
        members = Collections.unmodifiableSortedSet(new TreeSet<>(members));
        if (!members.contains(leader)) {
            throw new IllegalArgumentException("the leader %s is not a member of %s".formatted(leader, members));
        }
        if (subterm < 1) {
            throw new IllegalArgumentException("subterm " + subterm + " is not positive");
        }
    }

    /** How many members, the leader counted, must hold a record before it is committed. */
    public int majority() {
        return members.size() / 2 + 1;
    }

    /** How many standbys must confirm a commit: a majority less the leader itself. */
    public int requiredStandbys() {
        return majority() - 1;
    }

    public Rule withMembers(SortedSet<NodeId> changed) {
        return new Rule(term, subterm + 1, leader, changed, timeline);
    }

    /** Orders by term, then by subterm. */
    @Override
    public int compareTo(Rule other) {
        int byTerm = term.compareTo(other.term);
        return byTerm != 0 ? byTerm : Integer.compare(subterm, other.subterm);
    }
}
