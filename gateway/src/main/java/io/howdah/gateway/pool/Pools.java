package io.howdah.gateway.pool;

import io.howdah.gateway.metrics.GatewayReport;
import io.howdah.gateway.route.Backend;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The pools of one event loop at one cluster. */
public final class Pools {
    private final PoolContext context;
    private final Allotments allotments;
    private final Map<PoolKey, Pool> pools = new HashMap<>();
    private final Map<Backend, int[]> choices = new HashMap<>();
    private final Map<Backend, RequestCount> served = new HashMap<>();

    /** @param allotments shared by all event loops */
    public Pools(PoolContext context, Allotments allotments) {
        this.context = context;
        this.allotments = allotments;
    }

    public Pool at(PoolKey key) {
        return pools.computeIfAbsent(
                key,
                missing -> new Pool(
                        context,
                        missing,
                        context.settings().rules(missing.database(), missing.role()),
                        allotments.of(missing),
                        served.computeIfAbsent(missing.place(), _ -> new RequestCount())));
    }

    /** Somebody is led to a place. */
    public void chosen(Backend place) {
        choices.computeIfAbsent(place, _ -> new int[1])[0]++;
    }

    /** How many clients are served at a place now. */
    public int inUse(Backend place) {
        int inUse = 0;
        for (Pool pool : pools.values()) {
            if (pool.key().place().equals(place)) {
                inUse += pool.inUse();
            }
        }
        return inUse;
    }

    /** How many clients are served at a place now; among equal ones the place that was chosen less often counts as less loaded. */
    public int load(Backend place) {
        int load = inUse(place);
        int[] chosen = choices.get(place);
        return (load << 16) + (chosen == null ? 0 : chosen[0] & 0xffff);
    }

    // ---- orders and reports

    private List<Pool> of(Optional<String> database) {
        return pools.values().stream()
                .filter(pool ->
                        database.isEmpty() || database.get().equals(pool.key().database()))
                .toList();
    }

    /** Other rules are in force. */
    public void reconfigured() {
        allotments.limits(context.settings().connections());
        pools.values()
                .forEach(pool -> pool.rules(context.settings()
                        .rules(pool.key().database(), pool.key().role())));
    }

    /** Replaces the connections to a database, or all, as soon as they are free. */
    public void reconnect(Optional<String> database) {
        of(database).forEach(Pool::reconnect);
    }

    /** Closes the connections to a database, or all, that nobody has. */
    public void closeIdle(Optional<String> database) {
        of(database).forEach(Pool::closeIdle);
    }

    /** What they do; nothing of clients. */
    public GatewayReport report() {
        Map<Backend, Long> requests = new HashMap<>();
        served.forEach((place, count) -> requests.put(place, count.get()));
        return new GatewayReport(
                List.of(),
                pools.values().stream()
                        .flatMap(pool -> pool.reportConnections().stream())
                        .toList(),
                pools.values().stream().map(Pool::report).toList(),
                Map.of(),
                requests);
    }

    // ---- care

    public int waiting() {
        int waiting = 0;
        for (Pool pool : pools.values()) {
            waiting += pool.waiting();
        }
        return waiting;
    }

    /** Closes the pools that nobody should be led to any more. Those who waited there seek another. */
    public void closeUnless(Predicate<PoolKey> fit) {
        List<Pool> unfit = new ArrayList<>();
        pools.values().removeIf(pool -> {
            boolean leaves = !fit.test(pool.key());
            if (leaves) {
                unfit.add(pool);
            }
            return leaves;
        });
        unfit.forEach(Pool::close);
    }

    /**
     * Opens connections to a server as there are to another one for writing, since its clients will come.
     *
     * @param done called once when all of them stand or have failed
     */
    public void prepare(Backend from, Backend to, Runnable done) {
        List<Pool> models = pools.values().stream()
                .filter(pool -> pool.key().writes() && pool.key().place().equals(from))
                .toList();
        int[] left = {models.size() + 1};
        Runnable one = () -> {
            left[0]--;
            if (left[0] == 0) {
                done.run();
            }
        };
        for (Pool model : models) {
            PoolKey key = model.key();
            at(new PoolKey(key.database(), key.databaseThere(), key.role(), to, true, false))
                    .prepare(model, one);
        }
        one.run();
    }

    /** A server to which connections were opened in advance is the primary now. */
    public void promoted(Backend place) {
        pools.values().stream()
                .filter(pool -> pool.key().writes() && pool.key().place().equals(place))
                .forEach(Pool::promoted);
    }

    /** Those who wait in line at the pools that the predicate names wait somewhere else. */
    public void sendAway(Predicate<PoolKey> from) {
        List.copyOf(pools.values()).stream()
                .filter(pool -> from.test(pool.key()))
                .forEach(Pool::sendAway);
    }

    public void expireWaiters(long nowNanos) {
        List.copyOf(pools.values()).forEach(pool -> pool.expireWaiters(nowNanos));
    }

    public void tend(long nowNanos) {
        List.copyOf(pools.values()).forEach(pool -> pool.tend(nowNanos));
        pools.values().removeIf(pool -> {
            boolean gone = pool.isForgotten();
            if (gone) {
                pool.close();
            }
            return gone;
        });
    }
}
