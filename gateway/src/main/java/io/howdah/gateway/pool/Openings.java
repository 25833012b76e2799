package io.howdah.gateway.pool;

import io.howdah.gateway.login.Login;
import io.howdah.gateway.protocol.Channels;
import io.howdah.gateway.sql.MessageLevels;
import io.howdah.gateway.state.Reported;
import io.howdah.postgres.wire.ErrorFields;
import io.howdah.postgres.wire.SqlState;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections that one pool opens, and how many of which kind it has. While servers cannot be reached it tries again, one attempt
 * after the other.
 */
final class Openings {
    private static final Logger LOG = LoggerFactory.getLogger(Openings.class);
    private static final long RETRY_MILLIS = 50;
    private static final String COMMIT_LEVEL = "synchronous_commit";

    /** Where PostgreSQL says that a role or a database, not the server, has as many connections as it may have. */
    private static final Set<String> LIMIT_OF_ONE = Set.of("InitializeSessionUserId", "CheckMyDatabase");

    private final Pool pool;
    private final PoolContext context;
    private final Permits permits;
    private final IdentityHashMap<StartupClass, Integer> openOfClass = new IdentityHashMap<>();
    private final IdentityHashMap<StartupClass, Integer> underWay = new IdentityHashMap<>();
    private int open;
    private int connecting;
    private boolean retrying;
    /** Rises when connections must begin anew. */
    private int era;

    private boolean promotionExpected;
    private Runnable prepared = () -> {};
    private final Map<String, String> forced = new HashMap<>();
    private String problem = "";

    Openings(Pool pool, PoolContext context, Permits permits) {
        this.pool = pool;
        this.context = context;
        this.permits = permits;
    }

    /** Connections that are open or about to be. */
    int open() {
        return open;
    }

    int connecting() {
        return connecting;
    }

    /** What is being opened may have begun in a way that does not count any more: it is opened once more. */
    void outdate() {
        era++;
    }

    /** The last attempt failed, and the next one has its time. */
    boolean isRetrying() {
        return retrying;
    }

    /** Why the last attempt failed; empty when it did not. */
    String problem() {
        return problem;
    }

    /** How many connections of a kind are being opened. */
    int underWay(StartupClass startup) {
        return underWay.getOrDefault(startup, 0);
    }

    int openOf(StartupClass startup) {
        return openOfClass.getOrDefault(startup, 0);
    }

    int classes() {
        return openOfClass.size();
    }

    /** Opens one more; its permit has been taken. */
    void connect(Login login, StartupClass startup) {
        open++;
        connecting++;
        openOfClass.merge(startup, 1, Integer::sum);
        underWay.merge(startup, 1, Integer::sum);
        int begun = era;
        context.connector().connect(pool.key(), login, startup, Map.copyOf(forced), new BackendLogin.Listener() {
            @Override
            public void connected(BackendLogin.Done done) {
                arrived(startup);
                Openings.this.connected(done, startup, begun);
                settleExpectation();
            }

            @Override
            public void refused(ErrorFields error) {
                arrived(startup);
                if (isServerFull(error)) {
                    permits.serverFull(context.nanoTime());
                }
                gone(startup);
                if (error.sqlState().startsWith("28")) {
                    context.forgetVerifier(login.user());
                }
                pool.refused(error, startup);
                settleExpectation();
            }

            @Override
            public void failed(String reason) {
                arrived(startup);
                gone(startup);
                again(reason);
                settleExpectation();
            }
        });
    }

    /** Too many connections, though neither of the role nor to the database. */
    static boolean isServerFull(ErrorFields error) {
        return error.sqlState().equals(SqlState.TOO_MANY_CONNECTIONS) && !LIMIT_OF_ONE.contains(error.routine());
    }

    /** The server is a standby that is about to be promoted; {@code done} is called when nothing is being opened any more. */
    void expectPromotion(Runnable done) {
        promotionExpected = true;
        prepared = done;
    }

    void settleExpectation() {
        if (connecting == 0) {
            Runnable done = prepared;
            prepared = () -> {};
            done.run();
        }
    }

    void promoted() {
        promotionExpected = false;
    }

    private void arrived(StartupClass startup) {
        connecting--;
        underWay.computeIfPresent(startup, (same, count) -> count == 1 ? null : count - 1);
    }

    private void connected(BackendLogin.Done done, StartupClass startup, int begun) {
        Reported reported = context.reports().intern(new Reported(done.parameters()));
        boolean unsuitable = overrule(done) || begun != era;
        boolean standby = pool.key().writes() && reported.isStandby() && !promotionExpected;
        if (pool.isClosed() || unsuitable || standby) {
            Channels.close(done.channel());
            gone(startup);
            if (unsuitable) {
                pool.grow();
            } else if (!pool.isClosed()) {
                again(pool.key().place() + " is still a standby");
            }
            return;
        }
        problem = "";
        long lifetimeNanos = pool.rules().lifetime().toNanos();
        long jitter = ThreadLocalRandom.current().nextLong(lifetimeNanos / 10 + 1);
        pool.offer(new ServerConnection(
                pool,
                done,
                startup,
                reported,
                forced.containsKey(MessageLevels.SETTING)
                        && !startup.parameters().containsKey(MessageLevels.SETTING),
                context.nanoTime() + lifetimeNanos - jitter,
                context.settings().preparedStatements()));
    }

    /** What the role has of its own is not always what the cluster can promise: the next connection begins otherwise. */
    private boolean overrule(BackendLogin.Done done) {
        if (!forced.containsKey(COMMIT_LEVEL) && context.refusesCommitLevel(done.commitLevel())) {
            forced.put(COMMIT_LEVEL, "on");
            LOG.warn(
                    "{} has a synchronous_commit of {}, which would lose acknowledged commits in a failover; its"
                            + " connections through this gateway use \"on\"",
                    pool.key(),
                    done.commitLevel());
            return true;
        }
        if (!forced.containsKey(MessageLevels.SETTING) && done.messageLevel().equals("error")) {
            forced.put(MessageLevels.SETTING, "warning");
            return true;
        }
        return false;
    }

    /** The server cannot be reached for the moment. */
    void again(String reason) {
        problem = reason;
        againSoon();
    }

    /** The server can be reached, but others have its connections now. */
    void againSoon() {
        pool.sendAwayImpatient();
        if (!retrying && !pool.isClosed() && pool.waiting() > 0) {
            retrying = true;
            Channels.later(context.loop(), RETRY_MILLIS, () -> {
                retrying = false;
                pool.grow();
            });
        }
    }

    /** A connection is closed, or was never opened. */
    void gone(StartupClass startup) {
        open--;
        openOfClass.computeIfPresent(startup, (same, count) -> count == 1 ? null : count - 1);
        permits.giveBack();
    }
}
