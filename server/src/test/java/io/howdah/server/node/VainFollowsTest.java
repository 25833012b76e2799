package io.howdah.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.kernel.election.Leadership;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Term;
import io.howdah.kernel.model.TimelineId;
import org.junit.jupiter.api.Test;

final class VainFollowsTest {
    private final VainFollows follows = new VainFollows();

    private static Leadership leadership(int term) {
        return new Leadership(new Term(term), new NodeId("node1"), new TimelineId(term), Position.of(1, "0/0"));
    }

    @Test
    void everyThirdTimeInVainCallsForARestart() {
        assertThat(follows.restartIsDue(leadership(1), false)).isFalse();
        assertThat(follows.restartIsDue(leadership(1), false)).isFalse();
        assertThat(follows.restartIsDue(leadership(1), false)).isFalse();
        assertThat(follows.restartIsDue(leadership(1), false)).isTrue();
        assertThat(follows.restartIsDue(leadership(1), false)).isFalse();
    }

    @Test
    void aStreamOrAnotherLeaderBeginsAnew() {
        follows.restartIsDue(leadership(1), false);
        follows.restartIsDue(leadership(1), false);
        follows.restartIsDue(leadership(1), false);
        follows.restartIsDue(leadership(1), true);
        assertThat(follows.restartIsDue(leadership(1), false)).isFalse();
        follows.restartIsDue(leadership(1), false);
        assertThat(follows.restartIsDue(leadership(2), false)).isFalse();
    }
}
