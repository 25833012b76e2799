package io.howdah.kernel.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LsnTest {
    @Test
    void whatIsWrittenCanBeRead() {
        SplittableRandom random = new SplittableRandom(1);
        for (int run = 0; run < 10_000; run++) {
            Lsn lsn = new Lsn(random.nextLong());
            assertThat(Lsn.parse(lsn.toString())).isEqualTo(lsn);
        }
    }

    @Test
    void comparesAsUnsignedNumbers() {
        assertThat(Lsn.parse("FFFFFFFF/0")).isGreaterThan(Lsn.parse("7FFFFFFF/FFFFFFFF"));
        assertThat(Lsn.parse("16/B374D848").isAfter(Lsn.parse("16/B374D847"))).isTrue();
        assertThat(Lsn.max(Lsn.ZERO, Lsn.parse("80000000/0"))).isEqualTo(Lsn.parse("80000000/0"));
    }

    @Test
    void measuresDistances() {
        assertThat(Lsn.parse("1/0").bytesAheadOf(Lsn.parse("0/FFFFFFFF"))).isEqualTo(1);
        assertThat(Lsn.parse("0/FFFFFFFF").plus(1)).isEqualTo(Lsn.parse("1/0"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "/", "1/", "/1", "g/0", "123456789/0", "0/123456789", " 0/0", "0/0\n", "-1/0"})
    void refusesOtherNotations(String text) {
        assertThatThrownBy(() -> Lsn.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("16/B374D848");
    }
}
