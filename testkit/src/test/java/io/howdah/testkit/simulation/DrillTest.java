package io.howdah.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long nobody serves, PostgreSQL's own times (up to 100 ms in the model) included. */
class DrillTest {
    @ParameterizedTest(name = "{0} of {1} nodes: median {2} ms, worst {3} ms")
    @CsvSource({
        "POSTMASTER_KILLED, 3, 150, 400",
        "POSTMASTER_KILLED, 5, 150, 400",
        "PROCESS_AND_POSTMASTER_KILLED, 3, 200, 400",
        "PROCESS_AND_POSTMASTER_KILLED, 5, 200, 400",
        "SWITCHOVER, 3, 200, 400",
        "SWITCHOVER, 5, 200, 400",
        "HOST_LOST, 3, 3600, 4500",
    })
    void aLeaderIsReplacedSoon(Drill.Blow blow, int nodes, long medianMillis, long worstMillis) {
        long[] outages = LongStream.rangeClosed(1, 41)
                .map(seed -> Drill.outageMillis(seed, nodes, blow))
                .sorted()
                .toArray();
        assertThat(outages[20]).isLessThanOrEqualTo(medianMillis);
        assertThat(outages[40]).isLessThanOrEqualTo(worstMillis);
    }
}
