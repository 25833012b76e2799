package io.howdah.gateway.session;

import io.howdah.gateway.route.Backend;
import io.howdah.gateway.route.PortRole;
import io.howdah.postgres.wire.BackendMessages;
import io.howdah.postgres.wire.Bytes;
import io.howdah.postgres.wire.ErrorFields;
import io.howdah.postgres.wire.FrontendType;
import io.howdah.postgres.wire.SqlState;
import io.howdah.postgres.wire.TransactionStatus;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * A client that has logged in. It keeps its session while servers come and go:
 *
 * <pre>
 * OPENING  waits for its first server                    → READY, or FATAL at the deadline
 * READY    a server is there or will be sought           → HELD when a statement may not start now
 * HELD     waits for a server, or for one to become free → READY with a server, or an error at the deadline
 * CLOSED
 * </pre>
 *
 * While a request that cannot be served is answered by the gateway, {@link LocalAnswers} stands in for the server. All methods are
 * called on the event loop of the worker.
 */
final class Session {
    /** What to do with a message of the client. */
    enum Admission {
        FORWARD,
        /** Leave it in the buffer; {@link ClientReader#resume} is called when it may go. */
        WAIT,
        /** The gateway answers it. */
        ANSWER
    }

    private enum Phase {
        OPENING,
        READY,
        HELD,
        CLOSED
    }

    private final Worker worker;
    private final PortRole role;
    private final ClientSide client;
    private final Conversation conversation;
    private final Requests requests;
    private final ServerSide server;
    private final Replies replies;
    private final Losses losses;
    private final ClientReader reader;
    private final Cancellation cancellation;
    private final DrainShare drainShare;

    private Phase phase = Phase.OPENING;
    private @Nullable LocalAnswers local;
    private boolean stalled;
    private boolean displaced;
    private long heldSinceNanos;
    private long routesSeen;

    Session(Worker worker, Channel channel, PortRole role, Login login) {
        this.worker = worker;
        this.role = role;
        this.client = new ClientSide(channel);
        Portals portals = new Portals();
        this.conversation = new Conversation(portals);
        this.conversation.state.begin(login.applicationName());
        this.requests = new Requests(
                conversation,
                portals,
                worker.texts(),
                worker.entries(),
                worker.pooling().weakerCommit());
        this.server = new ServerSide(this, worker, login);
        this.replies = new Replies(this);
        this.losses = new Losses(this, worker);
        this.reader = new ClientReader(this);
        this.cancellation = new Cancellation(this, worker);
        this.drainShare = new DrainShare(worker);
    }

    ClientReader reader() {
        return reader;
    }

    Conversation conversation() {
        return conversation;
    }

    Requests requests() {
        return requests;
    }

    ClientSide client() {
        return client;
    }

    ServerSide server() {
        return server;
    }

    Replies replies() {
        return replies;
    }

    Losses losses() {
        return losses;
    }

    PortRole role() {
        return role;
    }

    EventLoop loop() {
        return worker.loop();
    }

    boolean isClosed() {
        return phase == Phase.CLOSED;
    }

    boolean isOpening() {
        return phase == Phase.OPENING;
    }

    boolean isWaiting() {
        return phase == Phase.OPENING || phase == Phase.HELD;
    }

    long heldSinceNanos() {
        return heldSinceNanos;
    }

    @Nullable
    Backend place() {
        return server.place();
    }

    /** Begins: the client is authenticated and now needs its first server. */
    void open() {
        worker.opened(this);
        server.connect();
        if (phase == Phase.OPENING) {
            waitForServer();
        }
    }

    // ---- the client's messages

    Admission admit(byte type, ByteBuf in, int start, int end) {
        if (type == FrontendType.TERMINATE) {
            return Admission.ANSWER;
        }
        if (phase == Phase.OPENING) {
            return Admission.WAIT;
        }
        if (local != null) {
            return Admission.ANSWER;
        }
        Admission admission = admitToServer(type);
        if (admission == Admission.FORWARD && requests.mustWait(type, in, start, end)) {
            stalled = true;
            return Admission.WAIT;
        }
        return admission;
    }

    private Admission admitToServer(byte type) {
        if (!server.isThere()) {
            return startsRequest(type) ? hold() : Admission.ANSWER;
        }
        if (phase == Phase.HELD) {
            return Admission.WAIT;
        }
        if (conversation.segmentOpen()) {
            return Admission.FORWARD;
        }
        if (!conversation.expected.isEmpty()) {
            return worker.holds(this) && startsRequest(type) ? hold() : Admission.FORWARD;
        }
        if (cancellation.isUnderWay()) {
            return hold();
        }
        if (conversation.status() != 'I') {
            return Admission.FORWARD;
        }
        return isMisplaced() || worker.holds(this) ? hold() : Admission.FORWARD;
    }

    private static boolean startsRequest(byte type) {
        return switch (type) {
            case FrontendType.SYNC,
                    FrontendType.FLUSH,
                    FrontendType.COPY_DATA,
                    FrontendType.COPY_DONE,
                    FrontendType.COPY_FAIL -> false;
            default -> true;
        };
    }

    /** A reader's replica may have been taken out or become the primary. State that cannot move outweighs the right place. */
    private boolean isMisplaced() {
        if (routesSeen == worker.routesVersion()) {
            return false;
        }
        if (role == PortRole.READ_ONLY && !conversation.state.isPinned() && !worker.isFit(this)) {
            return true;
        }
        routesSeen = worker.routesVersion();
        return false;
    }

    /** Answers a message that was not admitted to the server. */
    void answer(byte type, ByteBuf in, int start, int end) {
        if (type == FrontendType.TERMINATE) {
            client.close();
            closed();
            return;
        }
        ByteBuf out = client.buffer();
        if (local != null) {
            local.answer(type, in, start, end, out);
            if (local.finished()) {
                local = null;
            }
        } else if (type == FrontendType.SYNC) {
            BackendMessages.readyForQuery(out, TransactionStatus.IDLE);
        }
        client.write(out);
    }

    void refuseBytes(String message) {
        worker.counters().protocolViolations.increment();
        end(Errors.protocolViolation(message));
    }

    void clientFailed(Throwable cause) {
        worker.log().debug("client connection failed: {}", cause.getMessage());
        client.close();
    }

    /** The client is gone, or will be in a moment. */
    void closed() {
        if (phase != Phase.CLOSED) {
            phase = Phase.CLOSED;
            cancellation.close();
            server.drop(true);
            updateBusy();
            worker.closed(this);
        }
    }

    void end(ErrorFields error) {
        client.end(error);
        closed();
    }

    /** The gateway stops. */
    ChannelFuture shutDown() {
        if (phase != Phase.CLOSED) {
            end(ErrorFields.fatal(
                    SqlState.ADMIN_SHUTDOWN,
                    "terminating connection because the gateway stops",
                    "",
                    "Connect to another gateway of the cluster."));
        }
        return client.channel().closeFuture();
    }

    // ---- the server's answers

    /** The server has answered a request in full. */
    void atBoundary() {
        updateBusy();
        if (phase == Phase.CLOSED) {
            return;
        }
        if (conversation.status() == 'I') {
            server.noteSettings();
        } else if (server.mode() == PoolMode.STATEMENT) {
            end(Errors.transactionBlockRefused());
            return;
        }
        if (phase == Phase.HELD) {
            proceed();
        }
        resumeStalled();
        giveBackIfDone();
    }

    /** Goes on with a message whose names are certain now. */
    void resumeStalled() {
        if (stalled && !conversation.isUnsettled()) {
            stalled = false;
            reader.resume();
        }
    }

    /** The server has answered what the gateway itself asked, and the session may use it. */
    void settled() {
        if (phase == Phase.OPENING) {
            welcome();
        } else {
            replies.tellChanges();
        }
    }

    /** Gives the server connection back when nothing is left that belongs to this client. */
    void giveBackIfDone() {
        boolean done = phase == Phase.READY
                && server.isThere()
                && conversation.atRest()
                && !cancellation.isUnderWay()
                && !reader.isMidMessage();
        if (!done) {
            return;
        }
        if (conversation.state.isPinned()) {
            settlePinned();
        } else if (server.mode() == PoolMode.SESSION) {
            prepareServer();
        } else {
            client.flush();
            server.giveBack();
        }
    }

    private void settlePinned() {
        if (conversation.state.takeProbe()) {
            ByteBuf out = server.buffer();
            StateProbe.ask(conversation, out);
            server.write(out);
            server.flush();
            updateBusy();
        } else {
            worker.counters().pinned(conversation.state.pins());
            prepareServer();
        }
    }

    private boolean prepareServer() {
        if (!server.needsPreparation()) {
            return false;
        }
        ByteBuf out = server.buffer();
        server.prepare(out);
        server.write(out);
        if (!reader.isReading()) {
            server.flush();
        }
        return true;
    }

    // ---- losing and moving

    /** The server is gone. What the client sends next is answered by {@code answers}, if not null. */
    void goOnWithoutServer(@Nullable LocalAnswers answers) {
        local = answers;
        displaced = true;
        updateBusy();
        if (phase == Phase.HELD) {
            proceed();
        } else if (phase == Phase.OPENING) {
            startHolding();
            worker.retrySoon(this);
        } else {
            stalled = false;
            reader.resume();
        }
    }

    /** The cluster has changed; a server that is primary no more is left at once, whatever it still promises. */
    void routesChanged() {
        Backend place = server.place();
        if (place != null && worker.isDeposed(this, place)) {
            losses.backendGone("Another server is the primary now");
        }
    }

    // ---- holding and going on

    /** Gets a server, or waits for one. */
    private Admission hold() {
        boolean already = phase == Phase.HELD;
        if (already && server.isQueued()) {
            return Admission.WAIT;
        }
        seekServer();
        if (phase == Phase.READY && server.isThere() && !mustWaitHere()) {
            return Admission.FORWARD;
        }
        if (!already) {
            phase = Phase.HELD;
            if (server.isQueued()) {
                worker.counters().waits.increment();
            } else if (!server.isThere() || !server.isSettling()) {
                worker.counters().holds.increment();
            }
            waitForServer();
        }
        return Admission.WAIT;
    }

    private void waitForServer() {
        if (server.isQueued()) {
            worker.watchWaiters();
        } else if (!server.isThere() || !server.isSettling()) {
            startHolding();
        }
    }

    private boolean mustWaitHere() {
        return cancellation.isUnderWay() || server.isSettling() || worker.holds(this);
    }

    private void startHolding() {
        heldSinceNanos = worker.nanoTime();
        worker.held(this);
    }

    void waitsSince(long nanos) {
        heldSinceNanos = nanos;
    }

    private void seekServer() {
        if (server.isThere() && conversation.atRest() && isMisplaced()) {
            server.drop(true);
            conversation.lost((byte) 'I');
            displaced = true;
        }
        server.connect();
    }

    /** The pool in which the session was in line is no more. */
    void sentAway() {
        if (isWaiting()) {
            startHolding();
            proceed();
        }
    }

    /** Looks whether what held the session is over. */
    void proceed() {
        if (phase == Phase.OPENING) {
            server.connect();
        } else if (phase == Phase.HELD && local != null) {
            release();
        } else if (phase == Phase.HELD && conversation.atBoundary() && !cancellation.isUnderWay()) {
            seekServer();
            boolean mayStart = !conversation.atRest() || !worker.holds(this);
            if (phase == Phase.HELD && server.isThere() && mayStart && !server.isSettling()) {
                release();
            }
        }
    }

    private void release() {
        phase = Phase.READY;
        server.leaveQueue();
        worker.unheld(this);
        client.pause(ClientSide.HELD, false);
        reader.resume();
    }

    /** A server connection has become the session's. */
    void attached() {
        server.read(client.isWritable());
        routesSeen = worker.routesVersion();
        if (displaced) {
            displaced = false;
            worker.counters().moves.increment();
        }
        boolean settling = prepareServer();
        if (phase == Phase.OPENING) {
            if (!settling) {
                welcome();
            }
        } else {
            if (!settling) {
                replies.tellChanges();
            }
            // What is settled is on its way; what the client waits for follows in the same write.
            if (phase == Phase.HELD && !mustWaitHere()) {
                release();
            }
        }
        updateBusy();
        if (!reader.isReading()) {
            server.flush();
            client.flush();
        }
    }

    private void welcome() {
        ByteBuf out = client.buffer();
        replies.tellEverything(out);
        cancellation.tellClient(out);
        BackendMessages.readyForQuery(out, TransactionStatus.IDLE);
        client.write(out);
        worker.counters().logins.increment();
        release();
        giveBackIfDone();
        client.flush();
    }

    /** A server does not want this client, and trying again would not help. */
    void refused(ErrorFields error) {
        if (phase != Phase.CLOSED) {
            end(error);
        }
    }

    /** The session has waited for as long as it may for a server. */
    void holdExpired(long waitedMillis) {
        String why = server.problem().isEmpty() ? worker.whyHeld(this) : server.problem();
        if (phase == Phase.OPENING) {
            worker.counters().holdTimeouts.increment();
            end(Errors.heldLogin(waitedMillis, why));
        } else if (phase == Phase.HELD && conversation.atRest() && !cancellation.isUnderWay()) {
            worker.counters().holdTimeouts.increment();
            local = LocalAnswers.refusal(conversation, worker.texts(), Errors.held(waitedMillis, why));
            release();
        } else if (phase == Phase.HELD) {
            // It waits behind its own earlier requests; its time begins when they are answered.
            startHolding();
        }
    }

    /** The session has waited for as long as it may for others to give a connection back. */
    void waitExpired(Pool pool, long waitedMillis) {
        worker.counters().waitTimeouts.increment();
        ErrorFields error = pool.problem().isEmpty()
                ? Errors.poolFull(waitedMillis, pool.key().toString(), pool.inUse())
                : Errors.held(waitedMillis, pool.problem());
        if (phase == Phase.OPENING) {
            worker.counters().holdTimeouts.increment();
            end(ErrorFields.fatal(error.sqlState(), error.message(), error.detail(), error.hint()));
        } else if (phase == Phase.HELD) {
            local = LocalAnswers.refusal(conversation, worker.texts(), error);
            release();
        }
    }

    // ---- cancel

    /** @param done called once the request has been dealt with, on the event loop */
    void cancel(Bytes claimedSecret, Runnable done) {
        if (!cancellation.matches(claimedSecret) || phase == Phase.CLOSED || phase == Phase.OPENING) {
            done.run();
        } else if (phase == Phase.HELD && conversation.atRest() && local == null) {
            local = LocalAnswers.refusal(conversation, worker.texts(), Errors.canceled());
            release();
            done.run();
        } else if (conversation.atBoundary() || conversation.committing()) {
            // A COMMIT that waits for its quorum would be cut short, not undone.
            done.run();
        } else {
            cancellation.forward(server.place(), server.key().orElse(null), done);
        }
    }

    /** A server has dealt with a cancel request: from now on it cannot hit anybody else's statement. */
    void cancelEnded() {
        if (phase != Phase.CLOSED) {
            proceed();
            giveBackIfDone();
        }
    }

    // ---- accounting

    /** Tells the worker whether this session keeps a planned switchover waiting. */
    void updateBusy() {
        Backend place = server.place();
        boolean busy = place != null && !conversation.atRest();
        boolean atPrimary = place != null && (role != PortRole.READ_ONLY || worker.isPrimary(place));
        drainShare.update(busy, atPrimary);
    }
}
