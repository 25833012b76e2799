package io.howdah.kernel.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Rule;
import io.howdah.kernel.model.Term;
import io.howdah.kernel.model.TimelineId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class CandidatesTest {
    private static final NodeId ONE = new NodeId("node1");
    private static final NodeId TWO = new NodeId("node2");
    private static final NodeId THREE = new NodeId("node3");

    private final TreeMap<NodeId, Candidates.Voice> voices = new TreeMap<>();

    @Test
    void theLongestLogWins() {
        voice(ONE, "0/5", 0, ONE, TWO, THREE);
        voice(TWO, "0/7", 0, ONE, TWO, THREE);
        assertThat(winner(Optional.of(ONE))).contains(TWO);
    }

    @Test
    void amongEqualsThePreferredThenThePriorityThenTheName() {
        voice(ONE, "0/7", 0, ONE, TWO, THREE);
        voice(TWO, "0/7", 0, ONE, TWO, THREE);
        voice(THREE, "0/7", 5, ONE, TWO, THREE);
        assertThat(winner(Optional.of(TWO))).contains(TWO);
        assertThat(winner(Optional.empty())).contains(THREE);
        voice(THREE, "0/7", 0, ONE, TWO, THREE);
        assertThat(winner(Optional.empty())).contains(ONE);
    }

    @Test
    void oneOfThreeIsNoMajority() {
        voice(ONE, "0/7", 0, ONE, TWO, THREE);
        assertThat(winner(Optional.empty())).isEmpty();
    }

    @Test
    void aVoiceFromALongerLogDoesNotCountForAShorterOne() {
        // node2 reaches further but is no member of its own rule; node1 alone is no majority of three.
        voice(ONE, "0/5", 0, ONE, TWO, THREE);
        voice(TWO, "0/7", 0, ONE, THREE);
        assertThat(winner(Optional.empty())).isEmpty();
    }

    @Test
    void aNodeWithoutARuleIsNoCandidateButHasAVoice() {
        voice(ONE, "0/5", 0, ONE, TWO, THREE);
        voices.put(TWO, new Candidates.Voice(Position.of(1, "0/1"), Optional.empty(), 0));
        assertThat(winner(Optional.empty())).contains(ONE);
    }

    @Test
    void whoIsNotToLeadWinsOnlyIfNobodyElseIsSafe() {
        voice(ONE, "0/5", 0, ONE, TWO, THREE);
        voice(TWO, "0/5", 0, ONE, TWO, THREE);
        voice(THREE, "0/7", 9, ONE, TWO, THREE);
        // node1 has a majority that reaches no further than itself: what only node3 holds was never committed.
        assertThat(Candidates.choose(voices, Optional.empty(), Set.of(THREE)).map(Candidates.Choice::winner))
                .contains(ONE);
        voices.remove(TWO);
        assertThat(Candidates.choose(voices, Optional.empty(), Set.of(THREE)).map(Candidates.Choice::winner))
                .contains(THREE);
    }

    private Optional<NodeId> winner(Optional<NodeId> preferred) {
        return Candidates.choose(voices, preferred, Set.of()).map(Candidates.Choice::winner);
    }

    private void voice(NodeId node, String lsn, int priority, NodeId... members) {
        TreeSet<NodeId> all = new TreeSet<>(List.of(members));
        Rule rule = new Rule(new Term(1), 1, all.first(), all, TimelineId.FIRST);
        voices.put(node, new Candidates.Voice(Position.of(1, lsn), Optional.of(rule), priority));
    }
}
