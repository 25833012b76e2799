package io.howdah.gateway.metrics;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Which requests are written to the log because they took long.
 *
 * @param usual from what duration on, when no exception fits; empty for none
 * @param exceptions other durations for some databases and roles; the first that fits counts
 * @param format how a line looks
 * @param wholeText whether lines hold the text as the client sent it, constants included; parameters are never there
 * @param perSecond at most so many lines a second on each event loop; the next line says how many were left out
 */
public record SlowQuerySettings(
        Optional<Duration> usual, List<Exemption> exceptions, Format format, boolean wholeText, int perSecond) {
    public static final SlowQuerySettings OFF =
            new SlowQuerySettings(Optional.empty(), List.of(), Format.LINE, false, 10);

    /** How a line looks. */
    public enum Format {
        LINE,
        JSON
    }

    /** Another duration for a database, a role, or a role in a database; empty for none. */
    public record Exemption(Optional<String> database, Optional<String> role, Optional<Duration> threshold) {}

    public SlowQuerySettings {
        exceptions = List.copyOf(exceptions);
    }

    /** From how many nanoseconds on a request is slow; Long.MAX_VALUE when none is. */
    public long thresholdNanos(String database, String role) {
        for (Exemption exception : exceptions) {
            if (exception.database.orElse(database).equals(database)
                    && exception.role.orElse(role).equals(role)) {
                return nanos(exception.threshold);
            }
        }
        return nanos(usual);
    }

    private static long nanos(Optional<Duration> threshold) {
        return threshold.map(Duration::toNanos).orElse(Long.MAX_VALUE);
    }
}
