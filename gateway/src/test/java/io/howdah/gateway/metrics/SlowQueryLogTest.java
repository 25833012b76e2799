package io.howdah.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class SlowQueryLogTest {
    private static final SlowQuery QUERY = new SlowQuery(
            "shop",
            "app",
            "the \"web\"",
            "/10.0.0.1:5000",
            "node1",
            1_234_567_890L,
            1_000_000,
            3,
            80,
            0,
            "select ?\nfrom t");

    private final List<String> lines = new ArrayList<>();

    private SlowQueryLog log(SlowQuerySettings.Format format, int perSecond) {
        return new SlowQueryLog(
                new SlowQuerySettings(Optional.of(Duration.ofMillis(100)), List.of(), format, false, perSecond),
                InstantSource.fixed(Instant.parse("2026-11-21T20:00:00Z")),
                (_, line) -> lines.add(line));
    }

    @Test
    void theMostSpecificRuleIsTheFirstThatFits() {
        SlowQuerySettings settings = new SlowQuerySettings(
                Optional.of(Duration.ofMillis(500)),
                List.of(
                        new SlowQuerySettings.Exemption(
                                Optional.of("shop"), Optional.of("reports"), Optional.of(Duration.ofSeconds(60))),
                        new SlowQuerySettings.Exemption(Optional.empty(), Optional.of("reports"), Optional.empty())),
                SlowQuerySettings.Format.LINE,
                false,
                10);
        assertThat(settings.thresholdNanos("shop", "app")).isEqualTo(500_000_000L);
        assertThat(settings.thresholdNanos("shop", "reports")).isEqualTo(60_000_000_000L);
        assertThat(settings.thresholdNanos("other", "reports")).isEqualTo(Long.MAX_VALUE);
        assertThat(SlowQuerySettings.OFF.thresholdNanos("shop", "app")).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aLineIsOneLineAndADocumentIsJson() {
        log(SlowQuerySettings.Format.LINE, 10).write(QUERY, 0);
        log(SlowQuerySettings.Format.JSON, 10).write(QUERY, 0);
        assertThat(lines)
                .containsExactly(
                        "slow query: 1234.568 ms (waited 1.000 ms) database=shop user=app application=the \"web\""
                                + " client=/10.0.0.1:5000 node=node1 rows=3 bytes=80 errors=0: select ? from t",
                        "{\"time\":\"2026-11-21T20:00:00Z\",\"event\":\"slow_query\",\"database\":\"shop\",\"user\":\"app\","
                                + "\"application_name\":\"the \\\"web\\\"\",\"client\":\"/10.0.0.1:5000\",\"node\":\"node1\","
                                + "\"duration_ms\":1234.568,\"wait_ms\":1.000,\"rows\":3,\"bytes\":80,\"errors\":0,\"left_out\":0,"
                                + "\"query\":\"select ?\\u000afrom t\"}");
    }

    @Test
    void nobodyCanFloodTheLogAndWhatIsLeftOutIsCounted() {
        SlowQueryLog log = log(SlowQuerySettings.Format.LINE, 2);
        for (int count = 0; count < 5; count++) {
            log.write(QUERY, TimeUnit.MILLISECONDS.toNanos(1_000 + count));
        }
        log.write(QUERY, TimeUnit.MILLISECONDS.toNanos(2_100));
        log.write(QUERY, TimeUnit.MILLISECONDS.toNanos(2_200));
        assertThat(lines).hasSize(4);
        assertThat(lines.get(2)).contains("left_out=3");
        assertThat(lines.get(3)).doesNotContain("left_out");
    }
}
