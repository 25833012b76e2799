package io.howdah.kernel.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleTest {
    private static final NodeId FIRST = new NodeId("node1");

    @ParameterizedTest
    @CsvSource({"1, 1, 0", "2, 2, 1", "3, 2, 1", "4, 3, 2", "5, 3, 2", "6, 4, 3"})
    void aCommitNeedsMoreThanHalf(int members, int majority, int standbys) {
        TreeSet<NodeId> nodes = new TreeSet<>();
        for (int index = 1; index <= members; index++) {
            nodes.add(new NodeId("node" + index));
        }
        Rule rule = new Rule(new Term(1), 1, FIRST, nodes, TimelineId.FIRST);
        assertThat(rule.majority()).isEqualTo(majority);
        assertThat(rule.requiredStandbys()).isEqualTo(standbys);
    }

    @Test
    void ordersByTermThenSubterm() {
        TreeSet<NodeId> members = new TreeSet<>(Set.of(FIRST));
        Rule early = new Rule(new Term(1), 9, FIRST, members, TimelineId.FIRST);
        Rule late = new Rule(new Term(2), 1, FIRST, members, TimelineId.FIRST);
        assertThat(early).isLessThan(late);
        assertThat(late.withMembers(members)).isGreaterThan(late);
    }

    @Test
    void theLeaderIsAMember() {
        TreeSet<NodeId> others = new TreeSet<>(Set.of(new NodeId("node2")));
        assertThatThrownBy(() -> new Rule(new Term(1), 1, FIRST, others, TimelineId.FIRST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("node1");
    }
}
