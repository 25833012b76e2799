package io.howdah.kernel.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeTagsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "never-leader",
                "priority=-5",
                "never-leader priority=10 no-load-balance clone-from non-voter delay=90s upstream=node2"
            })
    void whatIsWrittenIsRead(String text) {
        assertThat(NodeTags.parse(text).toString()).isEqualTo(text);
        assertThat(NodeTags.parse(NodeTags.parse(text).toString())).isEqualTo(NodeTags.parse(text));
    }

    @Test
    void delayedAndCascadedNodesHaveNoVote() {
        assertThat(NodeTags.NONE.mayVote()).isTrue();
        assertThat(NodeTags.parse("delay=1h").mayVote()).isFalse();
        assertThat(NodeTags.parse("upstream=node2").mayVote()).isFalse();
        assertThat(NodeTags.parse("non-voter").mayVote()).isFalse();
        assertThat(NodeTags.parse("delay=2m").delay()).isEqualTo(Duration.ofMinutes(2));
        assertThat(NodeTags.parse(NodeTags.parse("delay=30d").toString()).delay())
                .isEqualTo(Duration.ofDays(30));
        assertThat(NodeTags.parse("delay=2m").with("delay", "")).isEqualTo(NodeTags.NONE);
    }

    @ParameterizedTest
    @CsvSource({
        "fastest,there is no tag 'fastest'",
        "priority=high,priority is a number",
        "priority=99999,priority is a number",
        "delay=soon,delay is a time such as",
        "never-leader=maybe,never-leader is true or false",
        "upstream=NODE!,is not permitted"
    })
    void whatMeansNothingIsRefused(String text, String why) {
        assertThatThrownBy(() -> NodeTags.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }
}
