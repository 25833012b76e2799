package io.howdah.kernel.quorum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Rule;
import io.howdah.kernel.model.Term;
import io.howdah.kernel.model.TimelineId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class QuorumTest {
    private static final NodeId LEADER = new NodeId("node1");

    @Test
    void twoMajoritiesOfNeighboringSetsAlwaysMeet() {
        for (int size = 1; size <= 6; size++) {
            SortedSet<NodeId> smaller = nodes(size);
            SortedSet<NodeId> larger = nodes(size + 1);
            for (Set<NodeId> first : subsets(larger)) {
                for (Set<NodeId> second : subsets(larger)) {
                    if (Quorum.isMajority(first, smaller) && Quorum.isMajority(second, larger)) {
                        assertThat(first).containsAnyElementsOf(second);
                    }
                }
            }
        }
    }

    @Test
    void duringAChangeEveryConfirmingSetIsAMajorityOfBoth() {
        for (int size = 1; size <= 6; size++) {
            Rule smaller = rule(nodes(size));
            Rule larger = rule(nodes(size + 1));
            for (List<Rule> change : List.of(List.of(smaller, larger), List.of(larger, smaller))) {
                QuorumSetting setting = Quorum.duringChange(change.get(0), change.get(1));
                for (Set<NodeId> confirming : subsets(setting.standbys())) {
                    if (confirming.size() == setting.required()) {
                        Set<NodeId> holders = new TreeSet<>(confirming);
                        holders.add(LEADER);
                        assertThat(Quorum.isMajority(holders, smaller.members()))
                                .isTrue();
                        assertThat(Quorum.isMajority(holders, larger.members())).isTrue();
                    }
                }
            }
        }
    }

    @Test
    void membersChangeByOneOnly() {
        assertThatThrownBy(() -> Quorum.duringChange(rule(nodes(1)), rule(nodes(3))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Quorum.duringChange(rule(nodes(3)), rule(nodes(3))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRecordIsHeldWhenAMajorityHasFlushedIt() {
        Map<NodeId, Lsn> flushed = new HashMap<>();
        flushed.put(new NodeId("node2"), new Lsn(9));
        flushed.put(new NodeId("stranger"), new Lsn(99));
        assertThat(Quorum.isHeld(new Lsn(10), LEADER, nodes(3), flushed)).isFalse();
        flushed.put(new NodeId("node3"), new Lsn(10));
        assertThat(Quorum.isHeld(new Lsn(10), LEADER, nodes(3), flushed)).isTrue();
        assertThat(Quorum.isHeld(new Lsn(10), LEADER, nodes(1), Map.of())).isTrue();
    }

    @Test
    void theParameterNamesTheTerm() {
        assertThat(QuorumSetting.of(rule(nodes(3))).parameter(new Term(7)))
                .isEqualTo("ANY 1 (\"node2.t7\", \"node3.t7\")");
        assertThat(QuorumSetting.of(rule(nodes(1))).parameter(new Term(7))).isEmpty();
        assertThat(StandbyName.parse("node2.t7")).contains(new StandbyName(new NodeId("node2"), new Term(7)));
        assertThat(StandbyName.parse("walreceiver")).isEqualTo(Optional.empty());
        assertThat(StandbyName.parse("node2.t")).isEqualTo(Optional.empty());
    }

    private static Rule rule(SortedSet<NodeId> members) {
        return new Rule(new Term(1), 1, LEADER, members, TimelineId.FIRST);
    }

    private static SortedSet<NodeId> nodes(int count) {
        TreeSet<NodeId> nodes = new TreeSet<>();
        for (int index = 1; index <= count; index++) {
            nodes.add(new NodeId("node" + index));
        }
        return nodes;
    }

    private static List<Set<NodeId>> subsets(Set<NodeId> all) {
        List<NodeId> nodes = List.copyOf(all);
        List<Set<NodeId>> subsets = new ArrayList<>();
        for (int mask = 0; mask < 1 << nodes.size(); mask++) {
            TreeSet<NodeId> subset = new TreeSet<>();
            for (int bit = 0; bit < nodes.size(); bit++) {
                if ((mask & 1 << bit) != 0) {
                    subset.add(nodes.get(bit));
                }
            }
            subsets.add(subset);
        }
        return subsets;
    }
}
