package io.howdah.kernel.model;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A byte position in the write-ahead log, compared as an unsigned number and written {@code high/low} in hexadecimal. */
public record Lsn(long value) implements Comparable<Lsn> {
    /** PostgreSQL's InvalidXLogRecPtr: no position. */
    public static final Lsn ZERO = new Lsn(0);

    private static final Pattern WRITTEN = Pattern.compile("([0-9A-Fa-f]{1,8})/([0-9A-Fa-f]{1,8})");

    /** Reads PostgreSQL's notation, as in {@code 16/B374D848}. */
    public static Lsn parse(String text) {
        Matcher matcher = WRITTEN.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'%s' is not a log position such as 16/B374D848".formatted(text));
        }
        long high = Long.parseLong(matcher.group(1), 16);
        long low = Long.parseLong(matcher.group(2), 16);
        return new Lsn(high << 32 | low);
    }

    public Lsn plus(long bytes) {
        return new Lsn(value + bytes);
    }

    /** How many bytes this position lies ahead of the other; negative when it lies behind. */
    public long bytesAheadOf(Lsn other) {
        return value - other.value;
    }

    /** The number of the segment file that holds the byte at this position (manual, 30.6). */
    public long segment(int segmentBytes) {
        return Long.divideUnsigned(value, segmentBytes);
    }

    public boolean isAfter(Lsn other) {
        return compareTo(other) > 0;
    }

    public boolean isBefore(Lsn other) {
        return compareTo(other) < 0;
    }

    public static Lsn max(Lsn first, Lsn second) {
        return first.isBefore(second) ? second : first;
    }

    @Override
    public int compareTo(Lsn other) {
        return Long.compareUnsigned(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toHexString(value >>> 32).toUpperCase(Locale.ROOT)
                + "/"
                + Long.toHexString(value & 0xFFFFFFFFL).toUpperCase(Locale.ROOT);
    }
}
