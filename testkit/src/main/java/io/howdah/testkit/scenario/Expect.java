package io.howdah.testkit.scenario;

import com.google.errorprone.annotations.FormatMethod;

/** What a scenario demands; the message says what was seen. */
final class Expect {
    private Expect() {}

    @FormatMethod
    static void that(boolean condition, String otherwise, Object... details) {
        if (!condition) {
            throw new AssertionError(otherwise.formatted(details));
        }
    }

    static void promotions(Load.Outcome outcome, int expected) {
        that(outcome.promotions() == expected, "%d promotions instead of %d", outcome.promotions(), expected);
    }

    /** @param promisedMillis on a machine that does nothing else */
    static void gap(Load.Outcome outcome, long promisedMillis) {
        long limitMillis = promisedMillis * outcome.patience();
        that(outcome.gapMillis() <= limitMillis, "no write for %d ms, more than %d", outcome.gapMillis(), limitMillis);
    }
}
