package io.howdah.gateway.pool;

import java.time.Duration;

/**
 * How the connections for one database and role are shared.
 *
 * @param mode for how long a client keeps a connection
 * @param maximum how many connections there may be to one server
 * @param minimum how many are kept although nobody needs them, once a client has logged in
 * @param reserve so many more are opened when a client has waited for {@code reserveAfter}
 * @param reserveAfter see {@code reserve}
 * @param waitLimit how long a client waits for a connection before its statement is refused
 * @param lifetime how old a connection may become; each ends up to a tenth earlier, so that they do not end together
 * @param idle how long a connection above the minimum is kept without use
 */
public record PoolRules(
        PoolMode mode,
        int maximum,
        int minimum,
        int reserve,
        Duration reserveAfter,
        Duration waitLimit,
        Duration lifetime,
        Duration idle) {
    public static final PoolRules USUAL = new PoolRules(
            PoolMode.TRANSACTION,
            20,
            0,
            0,
            Duration.ofSeconds(5),
            Duration.ofSeconds(60),
            Duration.ofHours(1),
            Duration.ofMinutes(10));

    public PoolRules {
        if (maximum < 1 || minimum < 0 || minimum > maximum || reserve < 0) {
            throw new IllegalArgumentException("a pool of " + minimum + " to " + maximum + " connections and " + reserve
                    + " in reserve is not possible: 0 <= minimum <= maximum, 1 <= maximum and 0 <= reserve are needed");
        }
    }

    public PoolRules mode(PoolMode newMode) {
        return new PoolRules(newMode, maximum, minimum, reserve, reserveAfter, waitLimit, lifetime, idle);
    }

    public PoolRules size(int newMinimum, int newMaximum) {
        return new PoolRules(mode, newMaximum, newMinimum, reserve, reserveAfter, waitLimit, lifetime, idle);
    }

    public PoolRules reserve(int more, Duration after) {
        return new PoolRules(mode, maximum, minimum, more, after, waitLimit, lifetime, idle);
    }

    public PoolRules waiting(Duration limit) {
        return new PoolRules(mode, maximum, minimum, reserve, reserveAfter, limit, lifetime, idle);
    }

    public PoolRules lasting(Duration newLifetime, Duration newIdle) {
        return new PoolRules(mode, maximum, minimum, reserve, reserveAfter, waitLimit, newLifetime, newIdle);
    }
}
