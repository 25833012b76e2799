package io.howdah.gateway.pool;

import io.howdah.gateway.state.Interner;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many connections the event loops of a gateway may have for one pool key together. A loop that has none at all takes precedence over
 * those that have some; a connection that lies idle on one loop moves to another whose clients have waited for a while. Safe on every
 * thread.
 */
public final class Permits {
    /** The pool of one event loop. All methods return at once. */
    interface Holder {
        /** A permit is yours. */
        void granted();

        /** Another loop has no connection at all: close one that is idle. */
        void yieldOne();

        /** Another loop has fewer than its clients need: close one that nobody has used for a while, then tell the other. */
        void yieldSpare(Holder other);

        /** There may be a permit. */
        void spared();
    }

    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicInteger starving = new AtomicInteger();
    private final Queue<Holder> starved = new ArrayDeque<>();
    private final List<Holder> holders = new CopyOnWriteArrayList<>();

    void join(Holder holder) {
        holders.add(holder);
    }

    void leave(Holder holder) {
        holders.remove(holder);
    }

    boolean tryTake(int limit) {
        while (true) {
            int now = taken.get();
            if (now >= limit) {
                return false;
            }
            if (taken.compareAndSet(now, now + 1)) {
                return true;
            }
        }
    }

    /** The limit was lowered, and more connections are open than it allows. */
    boolean isOver(int limit) {
        return taken.get() > limit;
    }

    /** A connection is closed. Its permit goes to the loop that starves, if there is one. */
    void giveBack() {
        Holder next;
        synchronized (starved) {
            next = starved.poll();
        }
        if (next == null) {
            taken.decrementAndGet();
        } else {
            starving.decrementAndGet();
            next.granted();
        }
    }

    /** A loop has clients that wait and not one connection. It is granted the next permit that is given back. */
    void starve(Holder holder) {
        synchronized (starved) {
            starved.add(holder);
        }
        starving.incrementAndGet();
        for (Holder other : holders) {
            if (!Interner.same(other, holder)) {
                other.yieldOne();
            }
        }
    }

    /** A loop has clients that have waited for a while, but too few connections, and all permits are taken. */
    void seek(Holder holder) {
        for (Holder other : holders) {
            if (!Interner.same(other, holder)) {
                other.yieldSpare(holder);
            }
        }
    }

    boolean isAnyStarving() {
        return starving.get() > 0;
    }
}
