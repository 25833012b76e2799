package io.howdah.cli.text;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations and sizes as people write and read them. */
public final class Units {
    private static final Pattern PART = Pattern.compile("(\\d+)(ms|s|m|h|d)?");

    private Units() {}

    /**
     * Reads {@code 90}, {@code 90s}, {@code 1m30s}, {@code 500ms}; a bare number means seconds.
     *
     * @throws IllegalArgumentException when the text is none of these
     */
    public static Duration duration(String text) {
        Matcher matcher = PART.matcher(text.strip());
        Duration sum = Duration.ZERO;
        int end = 0;
        while (matcher.find() && matcher.start() == end) {
            long amount = Long.parseLong(matcher.group(1));
            String unit = matcher.group(2) == null ? "s" : matcher.group(2);
            sum = sum.plus(
                    switch (unit) {
                        case "ms" -> Duration.ofMillis(amount);
                        case "m" -> Duration.ofMinutes(amount);
                        case "h" -> Duration.ofHours(amount);
                        case "d" -> Duration.ofDays(amount);
                        default -> Duration.ofSeconds(amount);
                    });
            end = matcher.end();
        }
        if (end == 0 || end != text.strip().length()) {
            throw new IllegalArgumentException("'%s' is not a duration such as 30s, 2m or 500ms".formatted(text));
        }
        return sum;
    }

    /** Writes a duration with the one unit that suits it: {@code 250 ms}, {@code 12 s}, {@code 2 min 5 s}. */
    public static String duration(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 1_000) {
            return millis + " ms";
        }
        if (millis < 10_000) {
            return String.format(Locale.ROOT, "%.1f s", millis / 1_000.0);
        }
        return millis < 60_000
                ? millis / 1_000 + " s"
                : "%d min %d s".formatted(duration.toMinutes(), duration.toSecondsPart());
    }

    /** Writes a duration as {@link #duration(String)} reads it, in the largest unit that divides it: {@code 90s}, {@code 2m}. */
    public static String compact(Duration duration) {
        long seconds = duration.toSeconds();
        if (!duration.equals(Duration.ofSeconds(seconds))) {
            return duration.toMillis() + "ms";
        }
        if (seconds % 3600 == 0) {
            return seconds / 3600 + "h";
        }
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }

    /** Writes a size in powers of 1024: {@code 512 B}, {@code 12 kB}, {@code 1.5 MB}, as PostgreSQL does. */
    public static String bytes(long bytes) {
        if (bytes < 1_024) {
            return bytes + " B";
        }
        String[] units = {"kB", "MB", "GB", "TB", "PB", "EB"};
        double value = bytes;
        int unit = -1;
        while (value >= 1_024 && unit < units.length - 1) {
            value /= 1_024;
            unit++;
        }
        return String.format(Locale.ROOT, value < 10 ? "%.1f %s" : "%.0f %s", value, units[unit]);
    }
}
