package io.howdah.gateway.balance;

import io.howdah.kernel.model.Lsn;
import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * When the primary had written how much, by this gateway's clock: so the age of what a replica lacks is known without comparing the clocks
 * of two hosts. Not safe for threads.
 */
final class LagHistory {
    private static final int MOST = 512;

    private record Sample(Lsn end, long nanos) {}

    private final ArrayDeque<Sample> samples = new ArrayDeque<>();

    void add(Lsn end, long nanos) {
        Sample last = samples.peekLast();
        if (last != null && !end.isAfter(last.end)) {
            if (end.isBefore(last.end)) {
                // Another primary, whose log is shorter.
                samples.clear();
                samples.add(new Sample(end, nanos));
            }
            return;
        }
        samples.add(new Sample(end, nanos));
        if (samples.size() > MOST) {
            thin();
        }
    }

    /** Keeps every second of the older ones: what is long ago need not be known exactly. */
    private void thin() {
        Iterator<Sample> all = samples.iterator();
        for (int index = 0; index < MOST / 2; index++) {
            all.next();
            if (index % 2 == 1) {
                all.remove();
            }
        }
    }

    /** For how long the primary has had more than this; 0 when it has not. */
    long lagNanos(Lsn replayed, long nowNanos) {
        for (Sample sample : samples) {
            if (sample.end.isAfter(replayed)) {
                return nowNanos - sample.nanos;
            }
        }
        return 0;
    }

    Lsn end() {
        Sample last = samples.peekLast();
        return last == null ? Lsn.ZERO : last.end;
    }
}
