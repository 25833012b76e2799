package io.howdah.gateway.cache;

import java.util.Map;

/**
 * What a cache holds and has done since the gateway was started.
 *
 * @param state whether it serves, or why not
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
    public CacheStatistics {
        bypassed = Map.copyOf(bypassed);
    }

    /** Answers given, of a hundred questions that could be cached; 0 when there were none. */
    public double hitPercent() {
        long bypasses = bypassed.values().stream().mapToLong(Long::longValue).sum();
        long all = hits + misses + bypasses;
        return all == 0 ? 0 : 100.0 * hits / all;
    }
}
