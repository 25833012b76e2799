package io.howdah.gateway.cache;

/** What was forgotten. */
public record CacheInvalidation(long answers, long bytes) {}
