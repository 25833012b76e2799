package io.howdah.postgres.process;

import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.TimelineId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The ancestry of a timeline, as a file {@code NNNNNNNN.history} has it: on which timeline the log ran up to which
 * position. A file with comments only is a placeholder: it merely keeps an identifier from being used.
 *
 * @param timeline the timeline that the history leads to
 * @param ancestors the timelines before it, oldest first, each with the position at which it was left
 */
public record TimelineHistory(TimelineId timeline, List<Ancestor> ancestors) {
    /** A timeline and where the log left it. */
    public record Ancestor(TimelineId timeline, Lsn end) {}

    public TimelineHistory {
        ancestors = List.copyOf(ancestors);
    }

    /** Parses the content of a history file as PostgreSQL does: fields split by white space, {@code #} comments. */
    public static TimelineHistory parse(TimelineId timeline, String content) {
        List<Ancestor> ancestors = new ArrayList<>();
        int previous = 0;
        for (String line : content.lines().toList()) {
            String text = line.strip();
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            String[] fields = text.split("\\s+", 3);
            if (fields.length < 2) {
                throw new IllegalArgumentException("history of timeline %s has line '%s'".formatted(timeline, text));
            }
            int id = Integer.parseInt(fields[0]);
            if (id <= previous || id >= timeline.value()) {
                throw new IllegalArgumentException(
                        "history of timeline %s names timeline %d out of order".formatted(timeline, id));
            }
            previous = id;
            ancestors.add(new Ancestor(new TimelineId(id), Lsn.parse(fields[1])));
        }
        return new TimelineHistory(timeline, ancestors);
    }

    /** The history of the first timeline, or of any other that has no known ancestors. */
    public static TimelineHistory root(TimelineId timeline) {
        return new TimelineHistory(timeline, List.of());
    }

    public boolean isPlaceholder() {
        return ancestors.isEmpty() && timeline.isAfter(TimelineId.FIRST);
    }

    /**
     * Where this history left the given timeline: empty when it never was on it. For its own, current timeline the
     * answer is the highest position there is.
     */
    public Optional<Lsn> switchPointOf(TimelineId past) {
        if (past.equals(timeline)) {
            return Optional.of(new Lsn(-1L));
        }
        return ancestors.stream()
                .filter(ancestor -> ancestor.timeline().equals(past))
                .map(Ancestor::end)
                .findFirst();
    }

    /** Where it left its parent; empty when it has none, or none that is known. */
    public Optional<Position> branchedAt() {
        return ancestors.isEmpty()
                ? Optional.empty()
                : Optional.of(new Position(
                        ancestors.getLast().timeline(), ancestors.getLast().end()));
    }

    /** The timeline that holds the last record of a log that ends at this position of this history. */
    public TimelineId timelineEndingAt(Lsn end) {
        for (Ancestor ancestor : ancestors) {
            if (!end.isAfter(ancestor.end())) {
                return ancestor.timeline();
            }
        }
        return timeline;
    }

    /** Whether a log that ends there, on that timeline, is a prefix of this history. */
    public boolean contains(TimelineId past, Lsn end) {
        return switchPointOf(past).map(point -> !end.isAfter(point)).orElse(false);
    }
}
