package io.howdah.gateway.session;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The sessions of one event loop that wait for a server, in the order in which they began to wait. */
final class HoldQueue {
    private final Set<Session> waiting = new LinkedHashSet<>();

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    int size() {
        return waiting.size();
    }

    void add(Session session) {
        // Taken out first, so that a session that waits anew is the last.
        waiting.remove(session);
        waiting.add(session);
    }

    void remove(Session session) {
        waiting.remove(session);
    }

    /** A copy, because going on takes sessions out. */
    List<Session> inOrder() {
        return new ArrayList<>(waiting);
    }

    /** Those that began to wait at this time or before. */
    List<Session> heldSince(long nanos) {
        List<Session> overdue = new ArrayList<>();
        for (Session session : waiting) {
            if (session.holding().sinceNanos() - nanos > 0) {
                break;
            }
            overdue.add(session);
        }
        return overdue;
    }
}
