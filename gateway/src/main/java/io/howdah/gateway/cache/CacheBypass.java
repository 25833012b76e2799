package io.howdah.gateway.cache;

/** Why a question for which the cache was wanted goes past it. */
public enum CacheBypass {
    /** The log is not followed at the moment, or news of it are too old. */
    NOT_CURRENT,
    /** What the session has committed may not have reached the cache. */
    OWN_WRITES,
    /** A commit on one of its tables is in the log, and not everybody sees it yet. */
    CHANGING,
    /** Its answer depends on more than tables and settings. */
    NOT_CACHEABLE,
    /** Its answer is too long. */
    TOO_LONG
}
