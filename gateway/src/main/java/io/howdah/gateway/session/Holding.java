package io.howdah.gateway.session;

import io.howdah.gateway.dialogue.Conversation;
import io.howdah.gateway.dialogue.LocalAnswers;
import io.howdah.gateway.metrics.SessionEvent;
import io.howdah.gateway.pool.Pool;
import io.howdah.gateway.protocol.Errors;
import io.howdah.postgres.wire.BackendMessages;
import io.howdah.postgres.wire.ErrorFields;
import io.howdah.postgres.wire.TransactionStatus;
import io.netty.buffer.ByteBuf;

/**
 * Where a session stands: whether it waits, for what, and how it goes on.
 *
 * <pre>
 * OPENING  waits for its first server                    → READY, or FATAL at the deadline
 * READY    a server is there or will be sought           → HELD when a statement may not start now
 * HELD     waits for a server, or for one to become free → READY with a server, or an error at the deadline
 * CLOSED
 * </pre>
 */
final class Holding {
    private enum Phase {
        OPENING,
        READY,
        HELD,
        CLOSED
    }

    private final Session session;
    private final Worker worker;
    private Phase phase = Phase.OPENING;
    private boolean displaced;
    private long sinceNanos;

    Holding(Session session, Worker worker) {
        this.session = session;
        this.worker = worker;
    }

    boolean isOpening() {
        return phase == Phase.OPENING;
    }

    boolean isReady() {
        return phase == Phase.READY;
    }

    boolean isHeld() {
        return phase == Phase.HELD;
    }

    boolean isClosed() {
        return phase == Phase.CLOSED;
    }

    void closed() {
        phase = Phase.CLOSED;
    }

    long sinceNanos() {
        return sinceNanos;
    }

    void waitsSince(long nanos) {
        sinceNanos = nanos;
    }

    /** The server of the session is gone: the next one will not be the same. */
    void displaced() {
        displaced = true;
    }

    // ---- waiting

    /** Seeks the first server. */
    void open() {
        session.server().connect();
        if (isOpening()) {
            watch();
        }
    }

    /** A statement may not start as things are: gets a server, or waits for one. */
    Admissions.Admission hold() {
        boolean already = isHeld();
        ServerSide server = session.server();
        if (already && server.isQueued()) {
            return Admissions.Admission.WAIT;
        }
        seekServer();
        if (isReady() && server.isThere() && !mustWaitHere()) {
            return Admissions.Admission.FORWARD;
        }
        if (!already) {
            phase = Phase.HELD;
            if (server.isQueued()) {
                worker.counters().count(SessionEvent.WAIT);
            } else if (isHeldUp(server)) {
                worker.counters().count(SessionEvent.HOLD);
            }
            watch();
        }
        return Admissions.Admission.WAIT;
    }

    private void watch() {
        ServerSide server = session.server();
        if (server.isQueued()) {
            worker.watchWaiters();
        } else if (isHeldUp(server)) {
            startHolding();
        }
    }

    /** It waits for the cluster, not for an answer of the server that it has. */
    private boolean isHeldUp(ServerSide server) {
        return !server.isThere() || !(server.isSettling() || session.routing().mustFinishFirst());
    }

    private boolean mustWaitHere() {
        return session.cancellation().isUnderWay()
                || session.server().isSettling()
                || session.routing().mustFinishFirst()
                || session.picture().holds(session);
    }

    private void startHolding() {
        sinceNanos = worker.nanoTime();
        worker.held(session);
    }

    private void seekServer() {
        ServerSide server = session.server();
        Conversation conversation = session.conversation();
        if (server.isThere() && conversation.atRest() && server.isForOthers()) {
            server.giveBack();
        } else if (server.isThere() && conversation.atRest() && server.isMisplaced()) {
            server.drop(true);
            conversation.lost((byte) 'I');
            displaced = true;
        }
        server.connect();
    }

    /** The pool in which the session was in line is no more. */
    void sentAway() {
        if (isOpening() || isHeld()) {
            startHolding();
            proceed();
        }
    }

    /** The server was lost while the session was held: what it waited for may have gone with it. */
    void serverLost() {
        if (!session.server().isQueued()) {
            startHolding();
        }
        proceed();
    }

    /** The server was lost while the session waited for its first one. */
    void startOver() {
        startHolding();
        worker.retrySoon(session);
    }

    // ---- going on

    /** Looks whether what held the session is over. */
    void proceed() {
        ServerSide server = session.server();
        Conversation conversation = session.conversation();
        if (isOpening()) {
            server.connect();
        } else if (isHeld() && session.isAnsweredLocally()) {
            release();
        } else if (isHeld()
                && conversation.atBoundary()
                && !session.cancellation().isUnderWay()) {
            seekServer();
            boolean mayStart = !conversation.atRest() || !session.picture().holds(session);
            if (isHeld() && server.isThere() && mayStart && !server.isSettling()) {
                release();
            }
        }
    }

    private void release() {
        phase = Phase.READY;
        session.server().leaveQueue();
        worker.unheld(session);
        session.client().pause(ClientSide.HELD, false);
        session.reader().resume();
    }

    /** The client's next request gets an error instead of a server. */
    void refuse(ErrorFields error) {
        session.answerBy(LocalAnswers.refusal(session.conversation(), worker.texts(), error));
        release();
    }

    /** A server connection has become the session's. */
    void attached() {
        session.server().read(session.client().isWritable());
        if (displaced) {
            displaced = false;
            worker.counters().count(SessionEvent.MOVE);
        }
        boolean settling = session.settlement().prepareServer();
        if (!settling) {
            settled();
        }
        // What is settled is on its way; what the client waits for follows in the same write.
        if (isHeld() && !mustWaitHere()) {
            release();
        }
        session.updateBusy();
        if (!session.reader().isReading()) {
            session.server().flush();
            session.client().flush();
        }
    }

    /** The server is as the session wants it. */
    void settled() {
        if (isOpening()) {
            welcome();
        } else {
            session.replies().tellChanges();
        }
    }

    private void welcome() {
        ByteBuf out = session.client().buffer();
        session.replies().tellEverything(out);
        session.cancellation().tellClient(out);
        BackendMessages.readyForQuery(out, TransactionStatus.IDLE);
        session.client().write(out);
        worker.counters().count(SessionEvent.LOGIN);
        release();
        session.settlement().giveBackIfDone();
        session.client().flush();
    }

    // ---- waiting in vain

    /** The session has waited for as long as it may for a server. */
    void holdExpired(long waitedMillis) {
        String problem = session.server().problem();
        String why = problem.isEmpty() ? session.picture().whyHeld(session) : problem;
        if (session.picture().isPaused(session)) {
            startHolding();
        } else if (isOpening()) {
            worker.counters().count(SessionEvent.HOLD_TIMEOUT);
            session.end(Errors.heldLogin(waitedMillis, why));
        } else if (isHeld()
                && session.conversation().atRest()
                && !session.cancellation().isUnderWay()) {
            worker.counters().count(SessionEvent.HOLD_TIMEOUT);
            refuse(Errors.held(waitedMillis, why));
        } else if (isHeld()) {
            // It waits behind its own earlier requests; its time begins when they are answered.
            startHolding();
        }
    }

    /** The session has waited for as long as it may for others to give a connection back. */
    void waitExpired(Pool pool, long waitedMillis) {
        worker.counters().count(SessionEvent.WAIT_TIMEOUT);
        ErrorFields error = pool.problem().isEmpty()
                ? Errors.poolFull(waitedMillis, pool.key().toString(), pool.inUse(), pool.isAtMaximum())
                : Errors.held(waitedMillis, pool.problem());
        if (isOpening()) {
            worker.counters().count(SessionEvent.HOLD_TIMEOUT);
            session.end(ErrorFields.fatal(error.sqlState(), error.message(), error.detail(), error.hint()));
        } else if (isHeld()) {
            refuse(error);
        }
    }
}
