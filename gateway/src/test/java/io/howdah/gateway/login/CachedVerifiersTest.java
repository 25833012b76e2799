package io.howdah.gateway.login;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When a server is asked again what is stored for a role. */
final class CachedVerifiersTest {
    private static final StoredPassword STORED = new StoredPassword.Md5("md5" + "0".repeat(32));

    private int asked;
    private long nowNanos;
    private final CachedVerifiers verifiers = new CachedVerifiers(
            _ -> {
                asked++;
                return Optional.of(STORED);
            },
            Runnable::run,
            () -> nowNanos,
            Duration.ofSeconds(5));

    private void lookUp() {
        assertThat(verifiers.verifier("ann").toCompletableFuture().join())
                .contains(new VerifierSource.Found(STORED, true));
    }

    private void pass(long millis) {
        nowNanos += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Test
    void anAnswerServesForAWhile() {
        lookUp();
        pass(4_999);
        lookUp();
        assertThat(asked).isEqualTo(1);
        pass(1);
        lookUp();
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void aFailedProofLetsTheServerBeAskedAnewButNotForEachGuess() {
        lookUp();
        pass(499);
        verifiers.forget("ann");
        lookUp();
        assertThat(asked).isEqualTo(1);
        pass(1);
        verifiers.forget("ann");
        lookUp();
        assertThat(asked).isEqualTo(2);
        verifiers.forget("ann");
        lookUp();
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void aRoleThatWasAlteredIsAskedForAtOnce() {
        lookUp();
        verifiers.changed("ann");
        lookUp();
        assertThat(asked).isEqualTo(2);
    }
}
