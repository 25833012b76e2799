package io.howdah.gateway.cache;

import io.howdah.gateway.route.Backend;
import java.time.Duration;

/** The right to keep the answer to a question that is about to be sent, if everything stays as it was before. */
public final class CacheTicket {
    private final CacheKey key;
    private final Basis basis;
    private final Duration timeToLive;
    private final Backend place;
    private final long invalidations;

    CacheTicket(CacheKey key, Basis basis, Duration timeToLive, Backend place, long invalidations) {
        this.key = key;
        this.basis = basis;
        this.timeToLive = timeToLive;
        this.place = place;
        this.invalidations = invalidations;
    }

    /** Only its answer may be kept. */
    public Backend place() {
        return place;
    }

    CacheKey key() {
        return key;
    }

    Basis basis() {
        return basis;
    }

    Duration timeToLive() {
        return timeToLive;
    }

    /** How often operators had had something forgotten. */
    long invalidations() {
        return invalidations;
    }
}
