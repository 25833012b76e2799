package io.howdah.gateway.cache;

import java.util.List;

/**
 * A request that the cache may know the answer to: a simple query, or the messages of an extended one up to their Sync.
 *
 * @param end the position after its last message
 * @param key its messages, with the texts of prepared statements in place of their names
 * @param texts of all its statements, one at least
 * @param timed a parameter may be a time that passes, such as 'today'
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; the key is made of it
public record CacheQuestion(int end, byte[] key, List<byte[]> texts, boolean timed) {
    public CacheQuestion {
        texts = List.copyOf(texts);
    }

    /** Whether parameters may contain such a time. */
    public static boolean mayBeTimes(byte[] parameters) {
        return Literals.mayBeTimes(parameters, 0, parameters.length);
    }
}
