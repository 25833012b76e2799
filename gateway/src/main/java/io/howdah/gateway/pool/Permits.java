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

        /** Another loop has no connection at all, or another pool fewer than its share: close one that is idle. */
        void yieldOne();

        /** Another has fewer than its clients need: close one that nobody has used for a while, then tell the other. */
        void yieldSpare(Holder other);

        /** Close all that are idle. */
        void closeIdle();

        /** Close all that are idle, and the others when they are given back. */
        void reconnect();

        /** There may be a permit. */
        void spared();
    }

    private final PoolKey key;
    private final ServerShare share;
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicInteger starving = new AtomicInteger();
    private final Queue<Holder> starved = new ArrayDeque<>();
    private final List<Holder> holders = new CopyOnWriteArrayList<>();

    /** @param share what all pools may have together at the server */
    Permits(PoolKey key, ServerShare share) {
        this.key = key;
        this.share = share;
        share.join(this);
    }

    PoolKey key() {
        return key;
    }

    void join(Holder holder) {
        holders.add(holder);
    }

    void leave(Holder holder) {
        holders.remove(holder);
        share.withdraw(holder);
    }

    /** Takes a permit, if neither the pool's limit nor those of the server forbid it. */
    boolean tryTake(int limit) {
        if (!takeOwn(limit)) {
            return false;
        }
        if (share.tryTake(key)) {
            return true;
        }
        taken.decrementAndGet();
        return false;
    }

    /** Whether it is only for the limits of the server that there is no permit. */
    boolean isBelow(int limit) {
        return taken.get() < limit;
    }

    /** A permit that {@link ServerShare} counts already, or that it will not miss. */
    boolean takeOwn(int limit) {
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
            share.giveBack(key);
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

    /** Clients of a loop wait, and the limits of the server allow no more: it gets a permit as soon as that is fair. */
    void claim(Holder holder, int limit, long nowNanos) {
        share.claim(this, holder, limit, nowNanos);
    }

    /** The server has refused a connection because it has too many. */
    void serverFull(long nowNanos) {
        share.full(nowNanos);
    }

    /** Whether the gateway has connections to the server, of this pool or another. */
    boolean hasAnyAtServer() {
        return share.hasAny();
    }

    /** Whether a connection that a pool is through with has to make room for another pool's. */
    boolean owes(long nowNanos) {
        return share.owes(key, nowNanos);
    }

    void closeIdle() {
        holders.forEach(holder -> holder.closeIdle());
    }

    void renew() {
        holders.forEach(holder -> holder.reconnect());
    }

    /** Another pool claims a connection: those that lie idle are closed, if they are owed. */
    void yieldOwed() {
        holders.forEach(Holder::yieldOne);
    }

    /** A loop has clients that have waited for a while, but too few connections, and all permits are taken. */
    void seek(Holder holder, long nowNanos) {
        share.lookAgain(nowNanos);
        share.whoCouldSpare(this).forEach(other -> other.holders.forEach(each -> each.yieldSpare(holder)));
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
