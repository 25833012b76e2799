package io.howdah.gateway.pool;

import io.howdah.gateway.state.Interner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The connections of all pools and event loops to one server, and who may have the next one when limits, or the server itself, allow no
 * more: {@link FairShare} decides. Safe on every thread; returns at once.
 */
final class ServerShare {
    /** Whoever has waited for so long takes the connection of another role although that has only one: those beyond the limit take turns. */
    private static final Duration TURN = Duration.ofMillis(100);
    /** After so long a server that had no room is asked for one connection more. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

    private static final int UNKNOWN = Integer.MAX_VALUE;

    /**
     * A pool of one event loop that wants one connection more.
     *
     * @param limit how many its permits may be in all
     */
    private record Claim(Permits permits, Permits.Holder holder, int limit, long sinceNanos) {
        boolean isOf(Permits.Holder other) {
            return Interner.same(holder, other);
        }
    }

    private final Map<PoolKey, Integer> open = new HashMap<>();
    private final List<Claim> claims = new ArrayList<>();
    private final List<Permits> members = new ArrayList<>();
    private ConnectionLimits limits;
    /** How many connections the server has had room for when it last refused one. */
    private int capacity = UNKNOWN;

    private long capacitySeenNanos;
    /** Whether a connection that is given back may have to be closed; without it nobody asks. Written under the lock. */
    private volatile boolean scarce;

    ServerShare(ConnectionLimits limits) {
        this.limits = limits;
    }

    synchronized void join(Permits member) {
        members.add(member);
    }

    /** Other limits; what is too much is closed when it is given back. */
    void limits(ConnectionLimits changed) {
        List<Claim> granted;
        synchronized (this) {
            limits = changed;
            granted = grant();
            scarce = !claims.isEmpty() || open.keySet().stream().anyMatch(fair()::isOver);
        }
        tell(granted);
    }

    private FairShare fair() {
        return new FairShare(capacity == UNKNOWN ? limits : limits.within(capacity), open);
    }

    /** Takes one for a pool, if there is room. */
    synchronized boolean tryTake(PoolKey key) {
        if (!fair().hasRoom(key)) {
            return false;
        }
        open.merge(key, 1, Integer::sum);
        return true;
    }

    /** A connection is closed, or was never opened. */
    void giveBack(PoolKey key) {
        List<Claim> granted;
        synchronized (this) {
            open.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1);
            granted = grant();
            scarce = !claims.isEmpty() || (scarce && open.keySet().stream().anyMatch(fair()::isOver));
        }
        tell(granted);
    }

    /** A pool whose clients wait may not have one more now. It is granted one as soon as that is fair; once, if it asks again. */
    void claim(Permits permits, Permits.Holder holder, int limit, long nowNanos) {
        List<Permits> others;
        synchronized (this) {
            if (claims.stream().anyMatch(claim -> claim.isOf(holder))) {
                return;
            }
            claims.add(new Claim(permits, holder, limit, nowNanos));
            scarce = true;
            others = List.copyOf(members);
        }
        others.forEach(Permits::yieldOwed);
    }

    /** A pool of one event loop is no more. */
    synchronized void withdraw(Permits.Holder holder) {
        claims.removeIf(claim -> claim.isOf(holder));
    }

    /** Whether a connection that a pool is through with has to be closed: for a fairer share, or because limits were lowered. */
    boolean owes(PoolKey key, long nowNanos) {
        if (!scarce) {
            return false;
        }
        synchronized (this) {
            FairShare fair = fair();
            return fair.isOver(key)
                    || claims.stream()
                            .anyMatch(claim ->
                                    fair.owes(key, claim.permits.key(), nowNanos - claim.sinceNanos >= TURN.toNanos()));
        }
    }

    /** All pools that may have connections which nobody uses, for one that has waited for a while. */
    List<Permits> whoCouldSpare(Permits wanting) {
        synchronized (this) {
            FairShare fair = fair();
            boolean claimed = claims.stream().anyMatch(claim -> Interner.same(claim.permits, wanting));
            return claimed
                    ? members.stream()
                            .filter(other ->
                                    !Interner.same(other, wanting) && fair.wouldHelp(other.key(), wanting.key()))
                            .toList()
                    : List.of();
        }
    }

    /** The server has refused a connection, which is still counted, because it has too many, not all of them the gateway's. */
    synchronized void full(long nowNanos) {
        int all = open.values().stream().mapToInt(Integer::intValue).sum();
        capacity = Math.max(1, all - 1);
        capacitySeenNanos = nowNanos;
    }

    /** Whether the gateway has connections to the server. */
    synchronized boolean hasAny() {
        return !open.isEmpty();
    }

    /** A server that had no room may have some again; called now and then while somebody waits. */
    void lookAgain(long nowNanos) {
        List<Claim> granted = List.of();
        synchronized (this) {
            if (capacity != UNKNOWN && nowNanos - capacitySeenNanos >= LOOK_AGAIN.toNanos()) {
                capacitySeenNanos = nowNanos;
                capacity = claims.isEmpty() ? UNKNOWN : capacity + 1;
                granted = grant();
            }
        }
        tell(granted);
    }

    /** Takes connections for those who are next, as long as there are some. */
    private List<Claim> grant() {
        List<Claim> granted = new ArrayList<>();
        while (!claims.isEmpty()) {
            Optional<PoolKey> next = fair().next(
                            claims.stream().map(claim -> claim.permits.key()).toList());
            if (next.isEmpty()) {
                break;
            }
            Claim first = claims.stream()
                    .filter(claim -> claim.permits.key().equals(next.get()))
                    .findFirst()
                    .orElseThrow();
            claims.remove(first);
            if (first.permits.takeOwn(first.limit)) {
                open.merge(next.get(), 1, Integer::sum);
                granted.add(first);
            } else {
                // Another event loop's pool has the last one that the pool's own maximum allows.
                first.holder.spared();
            }
        }
        return granted;
    }

    private static void tell(List<Claim> granted) {
        granted.forEach(claim -> claim.holder.granted());
    }
}
