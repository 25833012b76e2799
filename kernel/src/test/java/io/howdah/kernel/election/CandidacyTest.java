package io.howdah.kernel.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.kernel.election.Candidacy.Facts;
import io.howdah.kernel.election.Candidacy.Reason;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeTags;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Each reason for which a switchover is refused, in the words that a person reads. */
class CandidacyTest {
    private static final long LIMIT = 1_000;
    private static final Facts FIT = facts(NodeTags.NONE, true, true, 1_000, Condition.SOUND);

    @Test
    void nothingSpeaksAgainstAVoterThatKeepsUp() {
        assertThat(Candidacy.judge(FIT).mayLead()).isTrue();
        assertThat(Candidacy.judge(FIT).words()).isEmpty();
    }

    @Test
    void eachRefusalSaysWhy() {
        assertThat(words(facts(NodeTags.NONE, true, true, 1_001, Condition.SOUND)))
                .isEqualTo("node2 lags by 1001 bytes, more than 1000");
        assertThat(words(facts(NodeTags.NONE, true, true, 0, Condition.ofReplay(0, true))))
                .isEqualTo("node2 has its replay paused");
        assertThat(words(facts(NodeTags.NONE, true, true, 0, Condition.ofReplay(5_000, false))))
                .isEqualTo("node2 has 5000 bytes left to replay, more than 1000");
        assertThat(words(
                        facts(NodeTags.NONE, true, true, 0, Condition.SOUND.ailing(Optional.of("is being shut down")))))
                .isEqualTo("node2 is being shut down");
        assertThat(words(facts(NodeTags.parse("never-leader"), true, true, 0, Condition.SOUND)))
                .isEqualTo("node2 is tagged never-leader");
        assertThat(words(facts(NodeTags.NONE, false, true, 0, Condition.SOUND))).isEqualTo("node2 cannot be reached");
        assertThat(words(facts(NodeTags.NONE, true, false, 0, Condition.SOUND)))
                .isEqualTo("node2 does not stream from the leader");
        assertThat(words(role(false, false, false, NodeTags.NONE))).isEqualTo("node2 is not a node of this cluster");
        assertThat(words(role(true, true, true, NodeTags.NONE))).isEqualTo("node2 is the leader");
        assertThat(words(role(true, false, false, NodeTags.NONE))).isEqualTo("node2 is not a voter yet");
        assertThat(words(role(true, false, false, NodeTags.parse("non-voter"))))
                .isEqualTo("node2 is not a voter by its tags: non-voter");
    }

    @Test
    void severalReasonsAreToldTogether() {
        Facts facts = facts(NodeTags.parse("never-leader"), true, true, 2_000, Condition.ofReplay(0, true));
        assertThat(words(facts))
                .isEqualTo(
                        "node2 is tagged never-leader and lags by 2000 bytes, more than 1000 and has its replay paused");
        assertThat(Candidacy.judge(facts).objections())
                .extracting(Candidacy.Objection::reason)
                .containsExactly(Reason.NEVER_LEADER, Reason.LAGGING, Reason.REPLAY_PAUSED);
    }

    @Test
    void whoMerelyTakesLongCouldStillLead() {
        assertThat(Candidacy.judge(facts(NodeTags.NONE, true, true, 2_000, Condition.ofReplay(9_000, true)))
                        .couldLead())
                .isTrue();
        assertThat(Candidacy.judge(facts(NodeTags.NONE, false, true, 0, Condition.SOUND))
                        .couldLead())
                .isFalse();
    }

    private static String words(Facts facts) {
        return Candidacy.judge(facts).words().orElse("");
    }

    private static Facts facts(NodeTags tags, boolean heard, boolean streams, long unflushed, Condition condition) {
        return new Facts(new NodeId("node2"), true, false, true, tags, heard, streams, unflushed, condition, LIMIT);
    }

    private static Facts role(boolean known, boolean leads, boolean voter, NodeTags tags) {
        return new Facts(new NodeId("node2"), known, leads, voter, tags, true, true, 0, Condition.SOUND, LIMIT);
    }
}
