package io.howdah.bench;

import java.time.Duration;
import java.util.Locale;

/**
 * How fast a Patroni cluster and the HAProxy before it notice things.
 *
 * @param checkMillis how often HAProxy asks a server
 * @param checksToFall how many failures make a server down
 */
record PatroniTimers(
        String name, int ttlSeconds, int loopSeconds, int retrySeconds, int checkMillis, int checksToFall) {
    /** As both ship. */
    static final PatroniTimers DEFAULT = new PatroniTimers("default timers", 30, 10, 10, 3_000, 3);

    /** As tight as Patroni 3 takes; Patroni 4 raises them to 20, 1 and 3. */
    static final PatroniTimers TIGHTEST = new PatroniTimers("tightest timers", 5, 1, 2, 500, 2);

    Duration beat() {
        return Duration.ofSeconds(loopSeconds);
    }

    String words() {
        return String.format(
                Locale.ROOT,
                "%s (ttl %d, loop_wait %d, retry_timeout %d; HAProxy inter %d ms)",
                name,
                ttlSeconds,
                loopSeconds,
                retrySeconds,
                checkMillis);
    }
}
