package io.howdah.gateway.cache;

/**
 * What was forgotten.
 *
 * @param bytes how much memory it took, about
 */
public record CacheInvalidation(long answers, long bytes) {
    public static final CacheInvalidation NOTHING = new CacheInvalidation(0, 0);
}
