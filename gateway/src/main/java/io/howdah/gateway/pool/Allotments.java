package io.howdah.gateway.pool;

import io.howdah.gateway.route.Backend;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

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

    Permits of(PoolKey key) {
        return permits.computeIfAbsent(
                key,
                missing -> new Permits(missing, shares.computeIfAbsent(missing.place(), _ -> new ServerShare(limits))));
    }
}
