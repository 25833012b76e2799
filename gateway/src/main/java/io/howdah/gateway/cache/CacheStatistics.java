package io.howdah.gateway.cache;

import java.util.Map;

/**
 * What a cache holds and has done since the gateway was started.
 *
 * @param state whom it follows, {@code off}, or why it does not serve
 * @param entries how many answers it holds, among them some that are out of date and not yet removed
 * @param bytes how much memory they take, about
 * @param maximumBytes how much they may take
 * @param hits answers given
 * @param misses questions that could be cached and had to be asked
 * @param stored answers kept
 * @param outdated answers found to be out of date when they were asked for
 * @param evicted answers removed for want of memory, or because of their age
 * @param bypassed questions that went past the cache, by reason
 */
public record CacheStatistics(
        String state,
        long entries,
        long bytes,
        long maximumBytes,
        long hits,
        long misses,
        long stored,
        long outdated,
        long evicted,
        Map<CacheBypass, Long> bypassed) {
    static final String OFF = "off";

    /** Those of a gateway that has no cache. */
    public static final CacheStatistics NONE = new CacheStatistics(OFF, 0, 0, 0, 0, 0, 0, 0, 0, Map.of());

    public CacheStatistics {
        bypassed = Map.copyOf(bypassed);
    }

    /** Whether anything is kept or given. */
    public boolean isOn() {
        return !state.equals(OFF);
    }

    /** How many questions went past the cache for that reason. */
    public long bypassed(CacheBypass reason) {
        return bypassed.getOrDefault(reason, 0L);
    }

    /** Answers given, of a hundred questions for which the cache was wanted; 0 when there were none. */
    public double hitPercent() {
        long bypasses = bypassed.values().stream().mapToLong(Long::longValue).sum();
        long all = hits + misses + bypasses;
        return all == 0 ? 0 : 100.0 * hits / all;
    }
}
