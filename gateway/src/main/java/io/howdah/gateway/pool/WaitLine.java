package io.howdah.gateway.pool;

import io.howdah.gateway.state.Interner;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Those who wait for a connection of one pool, in the order in which they came. A connection serves only those of its own kind. */
final class WaitLine {
    private final ArrayDeque<Borrower> waiting = new ArrayDeque<>();

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    int size() {
        return waiting.size();
    }

    @Nullable
    Borrower first() {
        return waiting.peek();
    }

    @Nullable
    Borrower takeFirst() {
        return waiting.poll();
    }

    List<Borrower> takeAll() {
        List<Borrower> all = List.copyOf(waiting);
        waiting.clear();
        return all;
    }

    void add(Borrower borrower) {
        waiting.add(borrower);
    }

    void remove(Borrower borrower) {
        waiting.remove(borrower);
    }

    /** Whoever has waited longest among those of a kind. */
    @Nullable
    Borrower firstOf(StartupClass startup) {
        for (Borrower borrower : waiting) {
            if (Interner.same(borrower.startup(), startup)) {
                return borrower;
            }
        }
        return null;
    }

    /** Takes out those who would rather go elsewhere than wait until the server can be reached. */
    List<Borrower> takeImpatient() {
        List<Borrower> impatient =
                waiting.stream().filter(Borrower::isImpatient).toList();
        waiting.removeAll(impatient);
        return impatient;
    }

    /**
     * Those for whom no connection is on its way, in order.
     *
     * @param underWay how many connections of a kind are being opened
     */
    List<Borrower> unprovided(ToIntFunction<StartupClass> underWay) {
        List<Borrower> unprovided = new ArrayList<>();
        IdentityHashMap<StartupClass, Integer> left = new IdentityHashMap<>();
        for (Borrower borrower : waiting) {
            int coming = left.computeIfAbsent(borrower.startup(), underWay::applyAsInt);
            if (coming == 0) {
                unprovided.add(borrower);
            } else {
                left.put(borrower.startup(), coming - 1);
            }
        }
        return unprovided;
    }
}
