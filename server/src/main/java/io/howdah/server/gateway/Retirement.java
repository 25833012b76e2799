package io.howdah.server.gateway;

import com.google.errorprone.annotations.ThreadSafe;
import io.howdah.gateway.GatewayServer;
import io.howdah.server.configuration.ProcessIdentity;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a process that another one has replaced: it accepts what the kernel had given it, lets its clients finish, and from the
 * deadline on ends each of them between two transactions. One virtual thread does that.
 */
@ThreadSafe
final class Retirement {
    private static final Logger LOG = LoggerFactory.getLogger(Retirement.class);
    /** A connection that was begun before the other process came is complete by then, unless its packets were lost. */
    private static final Duration LAST_ARRIVALS = Duration.ofSeconds(3);

    private static final Duration USUAL_DRAIN = Duration.ofSeconds(60);
    /** For transactions that are open at the deadline. */
    private static final Duration LAST_TRANSACTIONS = Duration.ofSeconds(30);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
    /** From the deadline on clients are sent to the other process over this many looks, not all in one moment. */
    private static final int STEPS = 20;

    private final GatewayServer server;
    private final Runnable exit;
    private final Runnable restored;
    private final AtomicBoolean retiring = new AtomicBoolean();
    private volatile boolean listening = true; // written by the retiring thread, read by HTTP threads
    private volatile Optional<Long> deadlineNanos =
            Optional.empty(); // written by HTTP threads, read by the retiring one

    /**
     * @param exit ends the process
     * @param restored what to do when the other process has ended before this one had let go of its place
     */
    Retirement(GatewayServer server, Runnable exit, Runnable restored) {
        this.server = server;
        this.exit = exit;
        this.restored = restored;
    }

    boolean isUnderWay() {
        return retiring.get();
    }

    boolean isListening() {
        return listening;
    }

    /** Begins; does nothing when that was said already. */
    void begin(ProcessIdentity successor) {
        if (retiring.compareAndSet(false, true)) {
            LOG.info("process {} serves from now on; this one lets its clients finish", successor.pid());
            server.retire(true);
            deadlineNanos = Optional.of(System.nanoTime() + USUAL_DRAIN.toNanos());
            Thread.ofVirtual().name("retirement").start(() -> run(successor, System.nanoTime()));
        }
    }

    /** Another deadline than the usual one, counted from now. */
    void deadline(Duration fromNow) {
        deadlineNanos = Optional.of(System.nanoTime() + fromNow.toNanos());
    }

    private void run(ProcessIdentity successor, long begunNanos) {
        try {
            while (!isOver()) {
                long nowNanos = System.nanoTime();
                if (listening && !successor.isAlive()) {
                    LOG.warn("process {} has ended; this one serves again", successor.pid());
                    server.retire(false);
                    retiring.set(false);
                    restored.run();
                    return;
                }
                if (listening && nowNanos - begunNanos >= LAST_ARRIVALS.toNanos()) {
                    server.stopListening();
                    listening = false;
                }
                if (isPast(nowNanos)) {
                    server.endBetweenTransactions(1 + server.connections() / STEPS);
                }
                Thread.sleep(LOOK_AGAIN);
            }
            LOG.info("the clients of this process have gone; it ends");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("the process ends, since it cannot retire in order", e);
        }
        exit.run();
    }

    private boolean isPast(long nowNanos) {
        return deadlineNanos.filter(deadline -> nowNanos - deadline >= 0).isPresent();
    }

    private boolean isOver() {
        boolean tooLate = isPast(System.nanoTime() - LAST_TRANSACTIONS.toNanos());
        return !listening && (server.connections() == 0 || tooLate);
    }
}
