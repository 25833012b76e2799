package io.howdah.gateway.cache;

/** What the cache says to a question. */
public sealed interface CacheLookup {
    /**
     * The answer.
     *
     * @param bytes the messages of the server, not to be changed
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Hit(byte[] bytes) implements CacheLookup {}

    /** The question is to be asked of the primary, and the answer to be kept. */
    record Miss(CacheTicket ticket) implements CacheLookup {}

    /** The question goes its way. */
    record Pass() implements CacheLookup {}
}
