package io.howdah.gateway.pool;

import io.howdah.gateway.metrics.GatewayReport;
import io.howdah.gateway.state.Interner;
import io.howdah.postgres.wire.ErrorFields;
import io.howdah.postgres.wire.SqlState;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop for one database and role at one server. A connection that is given back goes straight to the client
 * that has waited longest.
 */
public final class Pool {
    /** A connection unused for so long may move to another loop whose clients have waited for as long. */
    private static final Duration SPARE_AFTER = Duration.ofMillis(100);

    private final PoolContext context;
    private final PoolKey key;
    private PoolRules rules;
    private final Permits permits;
    private final IdleConnections idle = new IdleConnections();
    private final Permits.Holder self;
    private final WaitLine waiters = new WaitLine();
    private final Openings openings;
    private final Set<ServerConnection> connections = new LinkedHashSet<>();
    private final RequestCount served;
    private boolean closed;
    private boolean starving;
    private @Nullable Borrower patron;

    Pool(PoolContext context, PoolKey key, PoolRules rules, Permits permits, RequestCount served) {
        this.context = context;
        this.key = key;
        this.rules = rules;
        this.permits = permits;
        this.served = served;
        this.openings = new Openings(this, context, permits);
        this.self = new PoolOnLoop(this, context.loop());
        permits.join(self);
    }

    public PoolKey key() {
        return key;
    }

    PoolRules rules() {
        return rules;
    }

    /** Other rules: what is too much is closed as soon as nobody has it, and whoever waits may find that there may be more. */
    void rules(PoolRules changed) {
        rules = changed;
        while (!idle.isEmpty() && (permits.isOver(maximum()) || permits.owes(context.nanoTime()))) {
            idle.closeOldest();
        }
        grow();
    }

    private int maximum() {
        return rules.maximum() + rules.reserve();
    }

    PoolContext context() {
        return context;
    }

    /** Why the last attempt to get a connection failed; empty when it did not. */
    public String problem() {
        return openings.problem();
    }

    /** Clients served at this moment. */
    public int inUse() {
        return openings.open() - openings.connecting() - idle.size();
    }

    /** Whether it is its own maximum that keeps the pool from having one more. */
    public boolean isAtMaximum() {
        return !permits.isBelow(limit());
    }

    int idleCount() {
        return idle.size();
    }

    int waiting() {
        return waiters.size();
    }

    // ---- clients

    /** Lends a connection at once, or as soon as there is one. */
    public void acquire(Borrower borrower) {
        patron = borrower;
        ServerConnection found = idle.take(borrower);
        if (found != null) {
            lend(found, borrower);
            return;
        }
        waiters.add(borrower);
        borrower.queued(this);
        grow();
    }

    /** The borrower does not want one any more. */
    public void leave(Borrower borrower) {
        waiters.remove(borrower);
    }

    private void lend(ServerConnection connection, Borrower borrower) {
        connection.lend(borrower);
        borrower.attach(connection);
    }

    // ---- connections

    /** A connection was given back. */
    void takeBack(ServerConnection connection) {
        if (permits.isAnyStarving() || permits.isOver(maximum()) || permits.owes(context.nanoTime())) {
            connection.close(true);
        } else {
            offer(connection);
        }
    }

    void offer(ServerConnection connection) {
        connections.add(connection);
        if (closed || !connection.isUsable(context.nanoTime())) {
            connection.close(true);
            return;
        }
        Borrower borrower = nextFor(connection);
        if (borrower != null) {
            lend(connection, borrower);
        } else if (!connection.isClosed()) {
            idle.add(connection, context.nanoTime());
        }
    }

    /** Whoever has waited longest, unless the connection is of another kind. May close the connection to make room. */
    private @Nullable Borrower nextFor(ServerConnection connection) {
        Borrower first = waiters.first();
        if (first == null) {
            return null;
        }
        StartupClass wanted = first.startup();
        if (Interner.same(wanted, connection.startup())) {
            return waiters.takeFirst();
        }
        Borrower other = waiters.firstOf(connection.startup());
        int share = Math.max(1, rules.maximum() / Math.max(1, openings.classes()));
        boolean firstIsProvided =
                openings.underWay(wanted) > 0 || openings.isRetrying() || openings.openOf(wanted) >= share;
        if (!firstIsProvided) {
            connection.close(true);
        } else if (other != null) {
            waiters.remove(other);
        }
        return firstIsProvided ? other : null;
    }

    /** Opens connections for those who wait, as far as that is allowed. */
    void grow() {
        if (closed || openings.isRetrying()) {
            return;
        }
        for (Borrower borrower : waiters.unprovided(openings::underWay)) {
            if (!permits.tryTake(limit())) {
                // Closing one comes back here.
                if (!idle.closeOtherThan(borrower.startup())) {
                    waitForPermit();
                }
                return;
            }
            openings.connect(borrower.login(), borrower.startup());
        }
    }

    private void waitForPermit() {
        int limit = limit();
        if (permits.isBelow(limit)) {
            permits.claim(self, limit, context.nanoTime());
        } else if (openings.open() == 0 && !starving) {
            starving = true;
            permits.starve(self);
        }
    }

    /** A permit is there. */
    void granted() {
        starving = false;
        Borrower first = waiters.first();
        if (first == null || closed) {
            permits.giveBack();
        } else {
            openings.connect(first.login(), first.startup());
            grow();
        }
    }

    /** Others have less than their share. */
    void yieldOne() {
        if (!idle.isEmpty() && (permits.isAnyStarving() || permits.owes(context.nanoTime()))) {
            idle.closeOldest();
        }
    }

    /** Others have waited for a while. */
    void yieldSpare(Permits.Holder other) {
        if (waiters.isEmpty() && idle.closeUnusedFor(SPARE_AFTER, context.nanoTime())) {
            other.spared();
        }
    }

    private int limit() {
        Borrower first = waiters.first();
        boolean longWait = rules.reserve() > 0
                && first != null
                && context.nanoTime() - first.waitingSinceNanos()
                        >= rules.reserveAfter().toNanos();
        return longWait ? rules.maximum() + rules.reserve() : rules.maximum();
    }

    /** A server refused a connection of this kind. */
    void refused(ErrorFields error, StartupClass startup) {
        String state = error.sqlState();
        Borrower first = waiters.firstOf(startup);
        boolean full = (state.equals(SqlState.TOO_MANY_CONNECTIONS)
                        && (openings.open() > 0 || (first != null && !first.isOpening())))
                || (Openings.isServerFull(error) && permits.hasAnyAtServer());
        if (full) {
            openings.againSoon();
        } else if (state.startsWith("57P") || state.startsWith("08")) {
            openings.again(key.place() + " refused the connection: " + error.message());
        } else if (first != null) {
            waiters.remove(first);
            first.refused(error);
            grow();
        }
    }

    /** The server cannot be reached for the moment. */
    void sendAwayImpatient() {
        waiters.takeImpatient().forEach(Borrower::sentAway);
    }

    /** One of the connections is closed. */
    void closed(ServerConnection connection) {
        idle.remove(connection);
        connections.remove(connection);
        openings.gone(connection.startup());
        grow();
    }

    // ---- orders and reports

    /** A request goes to one of the connections. */
    public void requested() {
        served.add();
    }

    /** Every connection is replaced: idle ones now, the others when they are given back. */
    void reconnect() {
        openings.outdate();
        for (ServerConnection connection : List.copyOf(connections)) {
            connection.spoil();
        }
        closeIdle();
    }

    void closeIdle() {
        idle.closeIf(_ -> true);
    }

    GatewayReport.Pool report() {
        Borrower first = waiters.first();
        return new GatewayReport.Pool(
                key.database(),
                key.role(),
                key.place(),
                key.writes(),
                rules.mode().name().toLowerCase(Locale.ROOT),
                rules.maximum(),
                rules.minimum(),
                rules.reserve(),
                inUse(),
                waiters.size(),
                inUse(),
                idle.size(),
                openings.connecting(),
                first == null ? 0 : context.nanoTime() - first.waitingSinceNanos());
    }

    List<GatewayReport.Server> reportConnections() {
        return connections.stream().map(ServerConnection::report).toList();
    }

    // ---- care

    /** Those who have waited too long get an error. */
    void expireWaiters(long nowNanos) {
        // Without a single connection it is not other clients that they wait for.
        Duration limit = !problem().isEmpty() && openings.open() == openings.connecting()
                ? context.holdLimit()
                : rules.waitLimit();
        long limitNanos = limit.toNanos();
        Borrower first = waiters.first();
        while (first != null && nowNanos - first.waitingSinceNanos() > limitNanos) {
            waiters.remove(first);
            first.waitExpired(this, limit.toMillis());
            first = waiters.first();
        }
        if (first == null) {
            return;
        }
        if (rules.reserve() > 0) {
            grow();
        }
        // Other loops may have connections that nobody uses, and would keep them for long.
        if (waiters.size() > openings.connecting() && nowNanos - first.waitingSinceNanos() >= SPARE_AFTER.toNanos()) {
            permits.seek(self, nowNanos);
        }
    }

    /** Closes what is old or unused for too long, and opens what the minimum asks for. */
    void tend(long nowNanos) {
        long idleNanos = context.idle(rules).toNanos();
        int minimum = context.minimum(rules);
        idle.closeIf(connection -> !connection.isUsable(nowNanos)
                || (openings.open() > minimum && nowNanos - connection.idleSinceNanos() > idleNanos));
        Borrower model = patron;
        if (model != null && model.isClosed() && openings.open() == 0 && minimum == 0) {
            patron = null;
        }
        while (model != null
                && openings.open() < minimum
                && !closed
                && !openings.isRetrying()
                && permits.tryTake(rules.maximum())) {
            openings.connect(model.login(), model.startup());
        }
    }

    public boolean isClosed() {
        return closed;
    }

    boolean isForgotten() {
        return openings.open() == 0 && waiters.isEmpty() && patron == null;
    }

    /** Gives up all connections that nobody uses; those in use follow when they are given back. */
    void close() {
        closed = true;
        permits.leave(self);
        closeIdle();
        sendAway();
    }

    // ---- a server that is about to be the primary

    /** Opens as many connections, of the same kinds, as the other pool has. They may be those of a standby still. */
    void prepare(Pool model, Runnable done) {
        patron = model.patron;
        openings.expectPromotion(done);
        for (ServerConnection each : model.connections) {
            Borrower owner = each.lastOwner();
            Borrower like = owner == null ? model.patron : owner;
            if (like != null && openings.open() < model.openings.open() && permits.tryTake(rules.maximum())) {
                openings.connect(like.login(), like.startup());
            }
        }
        openings.settleExpectation();
    }

    /** The server is the primary now. */
    void promoted() {
        openings.promoted();
        idle.promoted();
    }

    /** Whoever waits here waits somewhere else. */
    void sendAway() {
        for (Borrower each : waiters.takeAll()) {
            each.sentAway();
        }
    }
}
