package io.howdah.gateway.pool;

import io.howdah.gateway.state.Interner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one pool that nobody has. They are taken last in, first out, those first that already have the client's settings; so
 * the first has been unused for longest. Closing one removes it, by way of its pool.
 */
final class IdleConnections {
    private final List<ServerConnection> idle = new ArrayList<>();

    int size() {
        return idle.size();
    }

    boolean isEmpty() {
        return idle.isEmpty();
    }

    void add(ServerConnection connection, long nowNanos) {
        connection.putAside(nowNanos);
        idle.add(connection);
    }

    void remove(ServerConnection connection) {
        idle.remove(connection);
    }

    /** Null when none is of the borrower's kind. */
    @Nullable
    ServerConnection take(Borrower borrower) {
        int best = -1;
        for (int index = idle.size() - 1; index >= 0; index--) {
            ServerConnection candidate = idle.get(index);
            if (Interner.same(candidate.startup(), borrower.startup())) {
                if (Interner.same(candidate.applied(), borrower.profile())) {
                    best = index;
                    break;
                }
                best = Math.max(best, index);
            }
        }
        return best < 0 ? null : idle.remove(best);
    }

    /** Closes the one that has been unused for longest; there must be one. */
    void closeOldest() {
        idle.getFirst().close(true);
    }

    /** Whether the oldest has been unused for so long; then it is closed. */
    boolean closeUnusedFor(Duration time, long nowNanos) {
        if (idle.isEmpty() || nowNanos - idle.getFirst().idleSinceNanos() < time.toNanos()) {
            return false;
        }
        closeOldest();
        return true;
    }

    /** Closes one that a client of this kind has no use for; says whether there was one. */
    boolean closeOtherThan(StartupClass startup) {
        for (ServerConnection candidate : idle) {
            if (!Interner.same(candidate.startup(), startup)) {
                candidate.close(true);
                return true;
            }
        }
        return false;
    }

    void closeIf(Predicate<ServerConnection> superfluous) {
        for (ServerConnection connection : List.copyOf(idle)) {
            if (superfluous.test(connection)) {
                connection.close(true);
            }
        }
    }

    /** Their server was a standby, and is none any more. */
    void promoted() {
        idle.forEach(ServerConnection::promoted);
    }
}
