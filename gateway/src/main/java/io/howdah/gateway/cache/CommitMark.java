package io.howdah.gateway.cache;

import org.jspecify.annotations.Nullable;

/** When a session last committed something. Belongs to its event loop. */
public final class CommitMark {
    private boolean pending;
    private @Nullable Following stream;
    private long question;

    /** The session may have committed something before now. */
    public void committed(QueryCache cache) {
        pending = true;
        stream = cache.stream();
        question = stream == null ? 0 : stream.mark();
    }

    /** Whether the stream knows of all that the session has committed. One that began later need not know of it before it has asked. */
    boolean isKnown(Following following) {
        if (pending) {
            long since = following.equals(stream) ? question : 0;
            pending = !following.isKnown(since);
        }
        return !pending;
    }
}
