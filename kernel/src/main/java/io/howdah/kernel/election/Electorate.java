package io.howdah.kernel.election;

import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Rule;
import io.howdah.kernel.quorum.Quorum;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Whom a coordinator asks, whom it need not wait for, and when waiting has become pointless. */
final class Electorate {
    private final Workspace work;

    Electorate(Workspace work) {
        this.work = work;
    }

    /** How many fit members with a lower name there are: they are given the first move. */
    long rank() {
        return voters().stream()
                .filter(node -> node.compareTo(work.self) < 0)
                .filter(node -> work.peers.isHeardSince(node, work.now() - 2 * work.settings.statusMillis()))
                .filter(node -> work.peers
                        .status(node)
                        .filter(status -> status.postgres() == PostgresState.STANDBY)
                        .isPresent())
                .count();
    }

    /** Those that are not to serve as leader. */
    Set<NodeId> neverLeaders() {
        return voters().stream().filter(node -> work.tags(node).neverLeader()).collect(Collectors.toSet());
    }

    /** Those whose voices may be needed: the members of the newest rules known, here and elsewhere. */
    SortedSet<NodeId> voters() {
        TreeSet<NodeId> voters = new TreeSet<>();
        work.ownRule().map(Rule::members).ifPresent(voters::addAll);
        for (NodeId peer : work.everybody()) {
            work.peers
                    .status(peer)
                    .flatMap(Message.Status::rule)
                    .map(Rule::members)
                    .ifPresent(voters::addAll);
        }
        return voters;
    }

    /**
     * Whom to ask in the first place: a leader that has just stopped need not start its PostgreSQL in the very moment in which
     * another's is to be promoted. Everybody, if the others would not do; whoever does not answer is asked again with all.
     */
    Set<NodeId> firstAsked() {
        SortedSet<NodeId> voters = voters();
        Set<NodeId> ready = voters.stream()
                .filter(node -> node.equals(work.self) || !isKnownToBeOut(node))
                .collect(Collectors.toCollection(TreeSet::new));
        boolean enough = work.ownRule()
                .filter(rule -> Quorum.isMajority(ready, rule.members()))
                .isPresent();
        return enough ? ready : voters;
    }

    /** Waiting for this member would only cost time: it is gone, silent, or its log cannot decide anything. */
    boolean isKnownToBeOut(NodeId member) {
        boolean down = work.peers
                .status(member)
                .filter(status -> status.postgres() == PostgresState.DOWN
                        || status.postgres() == PostgresState.EMPTY
                        || status.phase() == ElectionPhase.STEPPING_DOWN
                        || status.phase() == ElectionPhase.HANDING_OVER)
                .isPresent();
        boolean resigned = work.ownRule()
                .filter(rule -> rule.leader().equals(member) && !rule.term().isAfter(work.resignedTerm()))
                .isPresent();
        return work.peers.isRefused(member)
                || !work.peers.isHeardSince(member, work.now() - work.settings.suspectMillis())
                || down
                || resigned;
    }

    /** True when those who refused leave no majority. */
    boolean isHopeless(Set<NodeId> refused) {
        return work.ownRule()
                .filter(rule -> {
                    TreeSet<NodeId> possible = new TreeSet<>(rule.members());
                    possible.removeAll(refused);
                    return !Quorum.isMajority(possible, rule.members());
                })
                .isPresent();
    }
}
