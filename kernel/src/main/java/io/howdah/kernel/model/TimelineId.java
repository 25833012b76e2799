package io.howdah.kernel.model;

/**
 * A branch of the write-ahead log. Howdah gives each term a timeline of its own, higher than all before it, so that the
 * timeline of the last record stands for the term in which it was written (PostgreSQL manual, chapter 26.3.5).
 */
public record TimelineId(int value) implements Comparable<TimelineId> {
    public static final TimelineId FIRST = new TimelineId(1);

    public TimelineId {
        if (value < 1) {
            throw new IllegalArgumentException("timeline " + value + " is not positive");
        }
    }

    public TimelineId next() {
        return new TimelineId(Math.addExact(value, 1));
    }

    public boolean isAfter(TimelineId other) {
        return value > other.value;
    }

    public static TimelineId max(TimelineId first, TimelineId second) {
        return first.value < second.value ? second : first;
    }

    /** The eight hexadecimal digits that begin the names of this timeline's files in {@code pg_wal}. */
    public String toFilePrefix() {
        return "%08X".formatted(value);
    }

    @Override
    public int compareTo(TimelineId other) {
        return Integer.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
