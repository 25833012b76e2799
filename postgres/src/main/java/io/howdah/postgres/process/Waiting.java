package io.howdah.postgres.process;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Polls for a condition that PostgreSQL offers no notification for. */
final class Waiting {
    private Waiting() {}

    static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PostgresProcessException("interrupted while waiting for PostgreSQL", e);
        }
    }

    /** Asks until the answer is yes or the time is over; answers the last answer. */
    static boolean until(Duration timeout, Duration interval, BooleanSupplier condition) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            pause(interval);
        }
        return true;
    }
}
