package io.howdah.kernel.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PositionTest {
    @Test
    void aLaterTimelineWinsWhateverTheBytes() {
        assertThat(Position.of(3, "0/1").isAfter(Position.of(2, "FFFFFFFF/0"))).isTrue();
        assertThat(Position.of(2, "0/2").isAfter(Position.of(2, "0/1"))).isTrue();
        assertThat(Position.of(2, "0/1").isBefore(Position.of(2, "0/1"))).isFalse();
    }

    @Test
    void isATotalOrder() {
        SplittableRandom random = new SplittableRandom(2);
        for (int run = 0; run < 10_000; run++) {
            Position first = any(random);
            Position second = any(random);
            Position third = any(random);
            assertThat(Integer.signum(first.compareTo(second))).isEqualTo(-Integer.signum(second.compareTo(first)));
            if (first.compareTo(second) <= 0 && second.compareTo(third) <= 0) {
                assertThat(first).isLessThanOrEqualTo(third);
            }
            assertThat(first.compareTo(second) == 0).isEqualTo(first.equals(second));
        }
    }

    private static Position any(SplittableRandom random) {
        return new Position(new TimelineId(random.nextInt(1, 4)), new Lsn(random.nextLong(-2, 3)));
    }
}
