package io.howdah.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.howdah.server.http.ProblemException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Whoever asks for a pause may never come back, and an operator's pause is nobody else's business. */
final class TimedPausesTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    private final FakeControl control = new FakeControl();
    private final TimedPauses pauses = new TimedPauses(control);

    @Test
    void aPauseEndsWhenItsOperationSaysSo() {
        pauses.pause("shop", LONG, LONG);
        assertThat(control.isPaused("shop")).isTrue();
        pauses.resume("other");
        assertThat(control.isPaused("shop")).isTrue();
        pauses.resume("shop");
        assertThat(control.isPaused("shop")).isFalse();
    }

    @Test
    void aPauseEndsByItselfWhenNobodyComesBack() {
        pauses.pause("shop", LONG, Duration.ofMillis(1));
        await().atMost(Duration.ofSeconds(30)).until(() -> !control.isPaused("shop"));
    }

    @Test
    void aLaterPauseIsNotEndedByTheTimeOfAnEarlierOne() {
        pauses.pause("shop", LONG, LONG);
        pauses.pause("shop", LONG, LONG);
        assertThat(control.isPaused("shop")).isTrue();
        pauses.resume("shop");
        assertThat(control.isPaused("shop")).isFalse();
    }

    @Test
    void whatDoesNotComeToRestIsNotPaused() {
        control.atRest = new CompletableFuture<>();
        assertThatThrownBy(() -> pauses.pause("shop", Duration.ofMillis(1), LONG))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.problem().code()).isEqualTo("database_busy"));
        assertThat(control.isPaused("shop")).isFalse();
    }

    @Test
    void whatAnOperatorHasPausedStaysPaused() {
        control.pause(Optional.of("shop")).join();
        pauses.pause("shop", LONG, Duration.ofMillis(1));
        pauses.resume("shop");
        assertThat(control.isPaused("shop")).isTrue();
    }
}
