package io.howdah.testkit.fuzz;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What fuzzing has found stays mended, and no target has become blind: {@code bench/run fuzz} looks for more. */
final class FuzzTargetTest {
    private static final int MUTATIONS = 100;

    @ParameterizedTest
    @EnumSource
    void seedsAndTheirMutationsDoNoHarm(FuzzTarget target) {
        Random random = new Random(20261122);
        for (byte[] seed : target.seeds()) {
            check(target, seed);
            for (int round = 0; round < MUTATIONS; round++) {
                check(target, mutated(seed, random));
            }
        }
    }

    private static void check(FuzzTarget target, byte[] input) {
        assertThatCode(() -> target.run(input))
                .as("%s with %s", target.label(), HexFormat.of().formatHex(input))
                .doesNotThrowAnyException();
    }

    private static byte[] mutated(byte[] seed, Random random) {
        byte[] bytes = seed.clone();
        for (int change = random.nextInt(4); change >= 0 && bytes.length > 0; change--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 ->
                    bytes[at] = List.of((byte) 0, (byte) 0x7f, (byte) 0xff, (byte) 0x80)
                            .get(random.nextInt(4));
                case 2 -> bytes = Arrays.copyOf(bytes, at + 1);
                default -> System.arraycopy(seed, 0, bytes, at, Math.min(seed.length, bytes.length - at));
            }
        }
        return bytes;
    }
}
