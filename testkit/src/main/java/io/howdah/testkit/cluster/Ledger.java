package io.howdah.testkit.cluster;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Every acknowledgement that the writers got, with the monotonic time at which they got it. Thread-safe. */
public final class Ledger {
    /** One acknowledged row: when its writer sent it, and when it heard that it is safe. */
    public record Entry(long id, long sentNanos, long atNanos) {}

    private final List<Entry> entries = Collections.synchronizedList(new ArrayList<>());
    private final List<String> errors = Collections.synchronizedList(new ArrayList<>());

    void acknowledged(long id, long sentNanos, long atNanos) {
        entries.add(new Entry(id, sentNanos, atNanos));
    }

    void failed(String error) {
        errors.add(error);
    }

    public List<String> errors() {
        return List.copyOf(errors);
    }

    public int count() {
        return entries.size();
    }

    public Set<Long> ids() {
        Set<Long> ids = new TreeSet<>();
        List.copyOf(entries).forEach(entry -> ids.add(entry.id()));
        return ids;
    }

    /** How many acknowledgements came after a moment. */
    public long countSince(long nanos) {
        return List.copyOf(entries).stream()
                .filter(entry -> entry.atNanos() > nanos)
                .count();
    }

    /** The longest that any writer waited for an acknowledgement that came between two moments. */
    public long longestWaitMillis(long fromNanos, long toNanos) {
        return List.copyOf(entries).stream()
                        .filter(entry -> entry.atNanos() > fromNanos && entry.atNanos() < toNanos)
                        .mapToLong(entry -> entry.atNanos() - entry.sentNanos())
                        .max()
                        .orElse(0)
                / 1_000_000;
    }

    /** The longest time in which no writer got an acknowledgement, between two moments. */
    public long longestGapMillis(long fromNanos, long toNanos) {
        List<Long> times = new ArrayList<>();
        times.add(fromNanos);
        List.copyOf(entries).stream()
                .map(Entry::atNanos)
                .filter(at -> at > fromNanos && at < toNanos)
                .forEach(times::add);
        times.add(toNanos);
        Collections.sort(times);
        long longest = 0;
        for (int i = 1; i < times.size(); i++) {
            longest = Math.max(longest, times.get(i) - times.get(i - 1));
        }
        return longest / 1_000_000;
    }
}
