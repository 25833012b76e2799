package io.howdah.gateway.session;

import io.howdah.gateway.route.Backend;
import io.howdah.gateway.route.PortRole;
import io.howdah.postgres.wire.BackendMessages;
import io.howdah.postgres.wire.BackendType;
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
 * OPENING  waits for its first server              → READY, or FATAL at the deadline
 * READY    a server is there or will be sought     → HELD when a statement may not start now
 * HELD     nothing is read from the client         → READY with a server, or an error at the deadline
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
    private final ServerSide server;
    private final Conversation conversation;
    private final ClientReader reader;
    private final Cancellation cancellation;
    private final DrainShare drainShare;

    private Phase phase = Phase.OPENING;
    private @Nullable LocalAnswers local;
    private long heldSinceNanos;
    private long routesSeen;

    Session(Worker worker, Channel channel, PortRole role, Login login) {
        this.worker = worker;
        this.role = role;
        this.client = new ClientSide(channel);
        this.server = new ServerSide(this, worker, login);
        this.conversation = new Conversation(worker.texts());
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

    ClientSide client() {
        return client;
    }

    ServerSide server() {
        return server;
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
        startHolding();
        server.connect();
    }

    // ---- the client's messages

    Admission admit(byte type) {
        if (type == FrontendType.TERMINATE) {
            return Admission.ANSWER;
        }
        if (phase == Phase.OPENING) {
            return Admission.WAIT;
        }
        if (local != null) {
            return Admission.ANSWER;
        }
        if (!server.isThere()) {
            return startsRequest(type) ? hold() : Admission.ANSWER;
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

    private void end(ErrorFields error) {
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

    // ---- the server's messages

    boolean swallowsData() {
        return conversation.expected.headSwallowed();
    }

    Conversation.Verdict received(byte type, ByteBuf in, int start, int end) {
        boolean replaying = conversation.expected.headSwallowed();
        Conversation.Verdict verdict = conversation.received(type, in, start, end);
        if (verdict == Conversation.Verdict.PARAMETER) {
            boolean tell = server.report(in.slice(start, end - start));
            return tell ? Conversation.Verdict.FORWARD : Conversation.Verdict.SWALLOW;
        }
        if (replaying && type == BackendType.ERROR_RESPONSE) {
            worker.counters().replayFailures.increment();
            worker.log()
                    .warn(
                            "a setting or prepared statement of a moved session was refused by its new server with SQLSTATE {}",
                            ErrorGlance.of(in, start, end).sqlState());
        }
        return verdict;
    }

    /** One of the gateway's own requests was answered. */
    void replayedOne() {
        if (!conversation.expected.headSwallowed()) {
            tellChangedParameters();
        }
    }

    private void tellChangedParameters() {
        ByteBuf out = client.buffer();
        server.prepared(out);
        client.write(out);
    }

    /** The server has answered a request in full. */
    void atBoundary() {
        updateBusy();
        if (phase == Phase.HELD) {
            proceed();
        }
    }

    // ---- losing and moving

    /** The server ended the session with an error that the client does not get as it is. */
    void backendEnds(ErrorGlance error) {
        backendGone("It ended the session with SQLSTATE " + error.sqlState());
    }

    void unconfirmedCommit() {
        worker.counters().unconfirmedCommits.increment();
        lost(Errors.committedLocallyOnly(), "It did not confirm a commit");
    }

    void backendGone(String how) {
        Backend place = server.place();
        if (place != null) {
            lost(null, "The session was connected to " + place + ". " + how);
        }
    }

    private void lost(@Nullable ErrorFields verdict, String reason) {
        worker.counters().backendLosses.increment();
        boolean midMessage = server.midMessage();
        server.drop(false);
        client.pause(ClientSide.BACKEND_FULL, false);
        boolean atRest = conversation.atRest();
        boolean partial = reader.discardRest();
        if (conversation.state.isPinned(Pin.LISTEN)) {
            // A listener sends nothing, so it would never hear of an error that waits for its next statement.
            worker.counters().lostListeners.increment();
            end(Errors.listenLost());
            return;
        }
        if (midMessage) {
            worker.counters().brokenReplies.increment();
            client.close();
            closed();
            return;
        }
        String pinned = conversation.state.unpin();
        if (atRest) {
            conversation.lost((byte) 'I');
            if (!pinned.isEmpty()) {
                local = LocalAnswers.refusal(conversation, worker.texts(), Errors.stateLost(pinned));
            }
        } else {
            String why = pinned.isEmpty() ? reason : reason + "; lost with it: " + pinned;
            BackendLoss loss = BackendLoss.of(conversation, worker.texts(), verdict, partial, why);
            worker.counters().count(loss);
            ByteBuf out = client.buffer();
            local = loss.answer(out);
            client.write(out);
            client.flush();
        }
        updateBusy();
        if (phase == Phase.HELD) {
            proceed();
        } else {
            reader.resume();
        }
    }

    /** The cluster has changed; a server that is primary no more is left at once, whatever it still promises. */
    void routesChanged() {
        Backend place = server.place();
        if (place != null && worker.isDeposed(this, place)) {
            backendGone("Another server is the primary now");
        }
    }

    // ---- holding and going on

    private Admission hold() {
        if (phase != Phase.HELD) {
            phase = Phase.HELD;
            worker.counters().holds.increment();
            startHolding();
        }
        seekServer();
        return Admission.WAIT;
    }

    private void startHolding() {
        heldSinceNanos = worker.nanoTime();
        client.pause(ClientSide.HELD, true);
        worker.held(this);
    }

    private void seekServer() {
        if (server.isThere() && conversation.atRest() && isMisplaced()) {
            server.drop(true);
            conversation.lost((byte) 'I');
        }
        server.connect();
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
            if (server.isThere() && mayStart) {
                release();
            }
        }
    }

    private void release() {
        phase = Phase.READY;
        worker.unheld(this);
        client.pause(ClientSide.HELD, false);
        reader.resume();
    }

    /** A server has logged the session in. */
    void attached() {
        server.read(client.isWritable());
        routesSeen = worker.routesVersion();
        ByteBuf out = client.buffer();
        if (phase == Phase.OPENING) {
            server.begin(out);
            cancellation.tellClient(out);
            BackendMessages.readyForQuery(out, TransactionStatus.IDLE);
            client.write(out);
            worker.counters().logins.increment();
            release();
        } else {
            worker.counters().moves.increment();
            server.prepare(conversation, out);
            if (out.isReadable()) {
                server.write(out);
            } else {
                out.release();
                tellChangedParameters();
            }
            // The replay is on its way; what the client waits for follows in the same write.
            if (phase == Phase.HELD && !cancellation.isUnderWay() && !worker.holds(this)) {
                release();
            }
        }
        updateBusy();
        server.flush();
        client.flush();
    }

    /** A server does not want this client, and trying again would not help. */
    void refused(ErrorFields error) {
        if (phase != Phase.CLOSED) {
            end(error);
        }
    }

    /** The session has waited for as long as it may. */
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

    // ---- accounting

    /** Tells the worker whether this session keeps a planned switchover waiting. */
    void updateBusy() {
        Backend place = server.place();
        boolean busy = place != null && !conversation.atRest();
        boolean atPrimary = place != null && (role != PortRole.READ_ONLY || worker.isPrimary(place));
        drainShare.update(busy, atPrimary);
    }
}
