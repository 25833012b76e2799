package io.howdah.gateway.pool;

import io.howdah.gateway.route.Backend;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** How many connections there may be, for each pool key and for each server. Shared by all event loops; safe on every thread. */
public final class Allotments {
    private final Map<PoolKey, Permits> permits = new ConcurrentHashMap<>();
    private final Map<Backend, ServerShare> shares = new ConcurrentHashMap<>();
    private volatile ConnectionLimits limits;

    public Allotments(ConnectionLimits limits) {
        this.limits = limits;
    }

    /** Other limits for all servers. */
    void limits(ConnectionLimits changed) {
        limits = changed;
        shares.values().forEach(share -> share.limits(changed));
    }

    /** Closes the connections that nobody uses, on all event loops. */
    public void closeIdle(Predicate<PoolKey> which) {
        which(which).forEach(Permits::closeIdle);
    }

    /** No connection that is there now is lent again, on any event loop. */
    public void renew(Predicate<PoolKey> which) {
        which(which).forEach(Permits::renew);
    }

    private Stream<Permits> which(Predicate<PoolKey> which) {
        return permits.values().stream().filter(each -> which.test(each.key()));
    }

    Permits of(PoolKey key) {
        return permits.computeIfAbsent(
                key,
                missing -> new Permits(missing, shares.computeIfAbsent(missing.place(), _ -> new ServerShare(limits))));
    }
}
