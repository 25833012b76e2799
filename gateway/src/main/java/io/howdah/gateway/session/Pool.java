package io.howdah.gateway.session;

import io.howdah.postgres.wire.ErrorFields;
import io.howdah.postgres.wire.SqlState;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop for one database and role at one server. A connection that is given back goes straight to the client
 * that has waited longest; idle ones are taken last in, first out, those first that already have the client's settings.
 */
final class Pool implements Permits.Holder {
    private static final long RETRY_MILLIS = 50;

    /** A connection unused for so long may move to another loop whose clients have waited for as long. */
    private static final Duration SPARE_AFTER = Duration.ofMillis(100);

    private final Worker worker;
    private final PoolKey key;
    private final PoolRules rules;
    private final Permits permits;
    private final List<ServerConnection> idle = new ArrayList<>();
    private final ArrayDeque<Session> waiters = new ArrayDeque<>();
    private final Map<StartupClass, Integer> openOfClass = new HashMap<>();
    private int open;
    private int connecting;
    private boolean closed;
    private boolean starving;
    private boolean retrying;
    private boolean commitLevelForced;
    private @Nullable Session patron;
    private String problem = "";

    Pool(Worker worker, PoolKey key, PoolRules rules, Permits permits) {
        this.worker = worker;
        this.key = key;
        this.rules = rules;
        this.permits = permits;
        permits.join(this);
    }

    PoolKey key() {
        return key;
    }

    PoolRules rules() {
        return rules;
    }

    Worker worker() {
        return worker;
    }

    /** Why the last attempt to get a connection failed; empty when it did not. */
    String problem() {
        return problem;
    }

    /** Clients served at this moment. */
    int inUse() {
        return open - connecting - idle.size();
    }

    int idleCount() {
        return idle.size();
    }

    int waiting() {
        return waiters.size();
    }

    // ---- clients

    /** Lends a connection at once, or as soon as there is one. */
    void acquire(Session session) {
        patron = session;
        ServerConnection found = takeIdle(session);
        if (found != null) {
            lend(found, session);
            return;
        }
        waiters.add(session);
        session.server().queued(this);
        grow();
    }

    /** The session does not want one any more. */
    void leave(Session session) {
        waiters.remove(session);
    }

    private @Nullable ServerConnection takeIdle(Session session) {
        int best = -1;
        for (int index = idle.size() - 1; index >= 0; index--) {
            ServerConnection candidate = idle.get(index);
            if (Interner.same(candidate.startup(), session.server().startup())) {
                if (Interner.same(candidate.applied(), session.server().profile())) {
                    best = index;
                    break;
                }
                best = Math.max(best, index);
            }
        }
        return best < 0 ? null : idle.remove(best);
    }

    private void lend(ServerConnection connection, Session session) {
        connection.lend(session);
        session.server().attach(connection);
    }

    // ---- connections

    /** A connection was given back. */
    void takeBack(ServerConnection connection) {
        if (permits.isAnyStarving()) {
            connection.close(true);
        } else {
            offer(connection);
        }
    }

    private void offer(ServerConnection connection) {
        if (closed || !connection.isUsable(worker.nanoTime())) {
            connection.close(true);
            return;
        }
        Session session = nextFor(connection);
        if (session != null) {
            lend(connection, session);
        } else if (!connection.isClosed()) {
            connection.idleSinceNanos = worker.nanoTime();
            idle.add(connection);
        }
    }

    /** Whoever has waited longest, unless its kind of connection has its share already. May close the connection to make room. */
    private @Nullable Session nextFor(ServerConnection connection) {
        Session first = waiters.peek();
        if (first == null) {
            return null;
        }
        StartupClass wanted = first.server().startup();
        if (Interner.same(wanted, connection.startup())) {
            return waiters.poll();
        }
        Session other = null;
        Iterator<Session> all = waiters.iterator();
        while (all.hasNext() && other == null) {
            Session candidate = all.next();
            if (Interner.same(candidate.server().startup(), connection.startup())) {
                other = candidate;
            }
        }
        int share = Math.max(1, rules.maximum() / Math.max(1, openOfClass.size()));
        if (other != null && openOfClass.getOrDefault(wanted, 0) >= share) {
            waiters.remove(other);
            return other;
        }
        connection.close(true);
        return null;
    }

    /** Opens connections for those who wait, as far as that is allowed. */
    void grow() {
        if (closed || retrying) {
            return;
        }
        Iterator<Session> all = waiters.iterator();
        for (int skipped = 0; skipped < connecting && all.hasNext(); skipped++) {
            all.next();
        }
        while (all.hasNext()) {
            Session session = all.next();
            if (!permits.tryTake(limit())) {
                if (closeIdleOfOtherClass(session)) {
                    return;
                }
                if (open == 0 && !starving) {
                    starving = true;
                    permits.starve(this);
                }
                return;
            }
            connect(session.server().login(), session.server().startup());
        }
    }

    @Override
    public void granted() {
        worker.loop().execute(() -> {
            starving = false;
            Session first = waiters.peek();
            if (first == null || closed) {
                permits.giveBack();
            } else {
                connect(first.server().login(), first.server().startup());
            }
        });
    }

    @Override
    public void yieldOne() {
        worker.loop().execute(() -> {
            if (!idle.isEmpty() && permits.isAnyStarving()) {
                idle.getFirst().close(true);
            }
        });
    }

    @Override
    public void yieldSpare(Permits.Holder other) {
        worker.loop().execute(() -> {
            // Taken last in, first out: the first has been unused for longest.
            if (waiters.isEmpty()
                    && !idle.isEmpty()
                    && worker.nanoTime() - idle.getFirst().idleSinceNanos >= SPARE_AFTER.toNanos()) {
                idle.getFirst().close(true);
                other.spared();
            }
        });
    }

    @Override
    public void spared() {
        worker.loop().execute(this::grow);
    }

    private int limit() {
        Session first = waiters.peek();
        boolean longWait = rules.reserve() > 0
                && first != null
                && worker.nanoTime() - first.heldSinceNanos()
                        >= rules.reserveAfter().toNanos();
        return longWait ? rules.maximum() + rules.reserve() : rules.maximum();
    }

    /** Closing it calls {@link #grow} again. */
    private boolean closeIdleOfOtherClass(Session session) {
        for (ServerConnection candidate : idle) {
            if (!Interner.same(candidate.startup(), session.server().startup())) {
                candidate.close(true);
                return true;
            }
        }
        return false;
    }

    private void connect(Login login, StartupClass startup) {
        open++;
        connecting++;
        openOfClass.merge(startup, 1, Integer::sum);
        worker.connector().connect(key, login, startup, commitLevelForced, new BackendLogin.Listener() {
            @Override
            public void connected(BackendLogin.Done done) {
                connecting--;
                Pool.this.connected(done, startup);
            }

            @Override
            public void refused(ErrorFields error) {
                connecting--;
                gone(startup);
                Pool.this.refused(error, login, startup);
            }

            @Override
            public void failed(String reason) {
                connecting--;
                gone(startup);
                again(reason);
            }
        });
    }

    private void connected(BackendLogin.Done done, StartupClass startup) {
        Reported reported = worker.reports().intern(new Reported(done.parameters()));
        boolean weaker = !commitLevelForced && worker.refusesCommitLevel(done.commitLevel());
        if (closed || weaker || (key.writes() && reported.isStandby())) {
            Channels.close(done.channel());
            gone(startup);
            if (weaker) {
                commitLevelForced = true;
                worker.log()
                        .warn(
                                "{} has a synchronous_commit of {}, which would lose acknowledged commits in a failover;"
                                        + " its connections through this gateway use \"on\"",
                                key,
                                done.commitLevel());
                grow();
            } else if (!closed) {
                again(key.place() + " is still a standby");
            }
            return;
        }
        problem = "";
        long lifetimeNanos = rules.lifetime().toNanos();
        long jitter = ThreadLocalRandom.current().nextLong(lifetimeNanos / 10 + 1);
        ServerConnection connection = new ServerConnection(
                this,
                done,
                startup,
                reported,
                worker.nanoTime() + lifetimeNanos - jitter,
                worker.pooling().preparedStatements());
        offer(connection);
    }

    private void refused(ErrorFields error, Login login, StartupClass startup) {
        String state = error.sqlState();
        if (state.startsWith("28")) {
            worker.forgetVerifier(login.user());
        }
        Session first = null;
        for (Session session : waiters) {
            if (Interner.same(session.server().startup(), startup)) {
                first = session;
                break;
            }
        }
        boolean full =
                state.equals(SqlState.TOO_MANY_CONNECTIONS) && (open > 0 || (first != null && !first.isOpening()));
        if (state.startsWith("57P") || state.startsWith("08") || full) {
            again(key.place() + " refused the connection: " + error.message());
        } else if (first != null) {
            waiters.remove(first);
            first.server().dequeued();
            first.refused(error);
            grow();
        }
    }

    private void again(String reason) {
        problem = reason;
        if (!retrying && !closed && !waiters.isEmpty()) {
            retrying = true;
            Channels.later(worker.loop(), RETRY_MILLIS, () -> {
                retrying = false;
                grow();
            });
        }
    }

    private void gone(StartupClass startup) {
        open--;
        openOfClass.computeIfPresent(startup, (same, count) -> count == 1 ? null : count - 1);
        permits.giveBack();
    }

    /** One of the connections is closed. */
    void closed(ServerConnection connection) {
        idle.remove(connection);
        gone(connection.startup());
        grow();
    }

    // ---- care

    /** Those who have waited too long get an error. */
    void expireWaiters(long nowNanos) {
        // Without a single connection it is not other clients that they wait for.
        Duration limit = !problem.isEmpty() && open == connecting ? worker.holdLimit() : rules.waitLimit();
        long limitNanos = limit.toNanos();
        Session first = waiters.peek();
        while (first != null && nowNanos - first.heldSinceNanos() > limitNanos) {
            waiters.poll();
            first.server().dequeued();
            first.waitExpired(this, limit.toMillis());
            first = waiters.peek();
        }
        if (first == null) {
            return;
        }
        if (rules.reserve() > 0) {
            grow();
        }
        // Other loops may have connections that nobody uses, and would keep them for long.
        if (waiters.size() > connecting && nowNanos - first.heldSinceNanos() >= SPARE_AFTER.toNanos()) {
            permits.seek(this);
        }
    }

    /** Closes what is old or unused for too long, and opens what the minimum asks for. */
    void tend(long nowNanos) {
        long idleNanos = rules.idle().toNanos();
        for (ServerConnection connection : List.copyOf(idle)) {
            boolean spare = open > rules.minimum() && nowNanos - connection.idleSinceNanos > idleNanos;
            if (spare || !connection.isUsable(nowNanos)) {
                connection.close(true);
            }
        }
        Session model = patron;
        if (model != null && model.isClosed() && open == 0 && rules.minimum() == 0) {
            patron = null;
        }
        while (model != null && open < rules.minimum() && !closed && !retrying && permits.tryTake(rules.maximum())) {
            connect(model.server().login(), model.server().startup());
        }
    }

    boolean isClosed() {
        return closed;
    }

    boolean isForgotten() {
        return open == 0 && waiters.isEmpty() && patron == null;
    }

    /** Gives up all connections that nobody uses; those in use follow when they are given back. */
    void close() {
        closed = true;
        permits.leave(this);
        for (ServerConnection connection : List.copyOf(idle)) {
            connection.close(true);
        }
        while (!waiters.isEmpty()) {
            Session session = waiters.poll();
            session.server().dequeued();
            session.sentAway();
        }
    }
}
