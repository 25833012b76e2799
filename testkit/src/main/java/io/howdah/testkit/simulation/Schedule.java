package io.howdah.testkit.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/** Virtual time: one queue of what will happen, one random from which everything is drawn, a tail of what has happened. */
final class Schedule {
    private record Event(long atMicros, long sequence, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(atMicros, other.atMicros);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    private static final int TAIL = 400;

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Deque<String> tail = new ArrayDeque<>();
    private final SplittableRandom random;
    private final boolean tracing;
    private final boolean keeping;
    private long nowMicros;
    private long sequence;

    Schedule(long seed, boolean keeping, boolean tracing) {
        this.random = new SplittableRandom(seed);
        this.keeping = keeping;
        this.tracing = tracing;
    }

    SplittableRandom random() {
        return random;
    }

    long nowMicros() {
        return nowMicros;
    }

    long nowMillis() {
        return nowMicros / 1_000;
    }

    void after(long micros, Runnable action) {
        events.add(new Event(nowMicros + Math.max(0, micros), sequence++, action));
    }

    /** Uniform between the bounds, in microseconds. */
    long between(long lowMicros, long highMicros) {
        return lowMicros >= highMicros ? lowMicros : random.nextLong(lowMicros, highMicros);
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** Lets the next thing happen; false when there is nothing left before the given moment. */
    boolean next(long untilMicros) {
        Event event = events.peek();
        if (event == null || event.atMicros() > untilMicros) {
            nowMicros = Math.max(nowMicros, untilMicros);
            return false;
        }
        events.remove();
        nowMicros = event.atMicros();
        event.action().run();
        return true;
    }

    /** True when told events are remembered; callers then build the words. */
    boolean keeps() {
        return keeping || tracing;
    }

    void tell(String words) {
        if (!keeps()) {
            return;
        }
        String line = "%10.3f %s".formatted(nowMicros / 1_000.0, words);
        if (tracing) {
            System.out.println(line);
        }
        if (tail.size() == TAIL) {
            tail.removeFirst();
        }
        tail.addLast(line);
    }

    String tail() {
        return String.join("\n", tail);
    }
}
