package io.howdah.server.gateway;

import com.google.errorprone.annotations.ThreadSafe;
import io.howdah.gateway.console.GatewayControl;
import io.howdah.server.http.Problem;
import io.howdah.server.http.ProblemException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Pauses of databases for the sake of an operation of admin. Each ends by itself after a while, in case admin does not come back. What an
 * operator has paused on the console is left to the operator.
 */
@ThreadSafe
final class TimedPauses {
    private final GatewayControl control;
    private final Map<String, Thread> ends = new ConcurrentHashMap<>();

    TimedPauses(GatewayControl control) {
        this.control = control;
    }

    /**
     * Holds new requests and waits until none is under way.
     *
     * @param within how long that may take
     * @param hold for how long the pause then lasts at most
     * @throws ProblemException when it takes longer; then the database is not paused
     */
    void pause(String database, Duration within, Duration hold) {
        boolean already = control.isPaused(database);
        if (!already || ends.containsKey(database)) {
            Thread end = Thread.ofVirtual().name("pause-of-" + database).unstarted(() -> endAfter(database, hold));
            Optional.ofNullable(ends.put(database, end)).ifPresent(Thread::interrupt);
            end.start();
        }
        try {
            control.pause(Optional.of(database)).get(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            resume(database);
            throw new ProblemException(new Problem(
                    409,
                    "database_busy",
                    "Database %s could not be paused".formatted(database),
                    "requests or transactions in it did not end within %d ms".formatted(within.toMillis()),
                    "SHOW CLIENTS on the gateway's console tells whose they are; try again when they have ended",
                    true));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            resume(database);
            throw new IllegalStateException("interrupted while " + database + " was being paused", e);
        } catch (ExecutionException e) {
            resume(database);
            throw new IllegalStateException(e);
        }
    }

    /** Ends a pause that was begun here. */
    void resume(String database) {
        Thread end = ends.remove(database);
        if (end != null) {
            end.interrupt();
            control.resume(Optional.of(database));
        }
    }

    private void endAfter(String database, Duration hold) {
        try {
            Thread.sleep(hold);
        } catch (InterruptedException e) {
            return;
        }
        if (ends.remove(database, Thread.currentThread())) {
            control.resume(Optional.of(database));
        }
    }
}
