package io.howdah.kernel.model;

import java.util.Comparator;

/**
 * How far a node's durable log reaches: the timeline of its last record, then the byte position. The later timeline wins
 * whatever the bytes say, since a long tail of an old term never outweighs a short one of a newer term.
 */
public record Position(TimelineId timeline, Lsn lsn) implements Comparable<Position> {
    private static final Comparator<Position> ORDER =
            Comparator.comparing(Position::timeline).thenComparing(Position::lsn);

    public static Position of(int timeline, String lsn) {
        return new Position(new TimelineId(timeline), Lsn.parse(lsn));
    }

    public boolean isAfter(Position other) {
        return compareTo(other) > 0;
    }

    public boolean isBefore(Position other) {
        return compareTo(other) < 0;
    }

    @Override
    public int compareTo(Position other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return timeline + "@" + lsn;
    }
}
