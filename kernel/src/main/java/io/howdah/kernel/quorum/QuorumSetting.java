package io.howdah.kernel.quorum;

import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Rule;
import io.howdah.kernel.model.Term;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What PostgreSQL's {@code synchronous_standby_names} must say: {@code ANY required (names)}. Immutable, any thread.
 * Source: PostgreSQL manual, "Planning for High Availability" under Synchronous Replication.
 *
 * @param standbys the nodes whose flush counts; the leader is never among them
 * @param required how many of them must have flushed a commit before a client hears of it
 */
public record QuorumSetting(SortedSet<NodeId> standbys, int required) {
    public QuorumSetting {
        standbys = Collections.unmodifiableSortedSet(new TreeSet<>(standbys));
        if (required < 0 || required > standbys.size()) {
            throw new IllegalArgumentException(
                    "%d confirmations of %d standbys cannot be had".formatted(required, standbys.size()));
        }
    }

    /** The setting under which a commit is held by a majority of the rule's members. */
    public static QuorumSetting of(Rule rule) {
        TreeSet<NodeId> others = new TreeSet<>(rule.members());
        others.remove(rule.leader());
        return new QuorumSetting(others, rule.requiredStandbys());
    }

    /** The value of {@code synchronous_standby_names} in the given term; empty when no standby is required. */
    public String parameter(Term term) {
        if (required == 0) {
            return "";
        }
        return standbys.stream()
                .map(node -> '"' + new StandbyName(node, term).toString() + '"')
                .collect(Collectors.joining(", ", "ANY " + required + " (", ")"));
    }
}
