package io.howdah.gateway.session;

import io.howdah.gateway.route.Backend;
import io.howdah.gateway.route.PortRole;
import io.howdah.postgres.wire.BackendMessages;
import io.howdah.postgres.wire.BackendMessages.ParameterStatus;
import io.howdah.postgres.wire.Bytes;
import io.howdah.postgres.wire.ErrorFields;
import io.howdah.postgres.wire.FrontendMessages;
import io.howdah.postgres.wire.FrontendType;
import io.howdah.postgres.wire.SqlState;
import io.howdah.postgres.wire.TransactionStatus;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
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

    private static final int HELD = 1;
    private static final int BACKEND_FULL = 2;

    private final Worker worker;
    private final Channel client;
    private final PortRole role;
    private final Login login;
    private final Conversation conversation;
    private final ClientReader reader;
    private final int pid;
    private final Bytes secret;

    private Phase phase = Phase.OPENING;
    private @Nullable BackendLink link;
    private @Nullable BackendReader backendReader;
    private @Nullable LocalAnswers local;
    private SequencedMap<String, String> clientParameters = new LinkedHashMap<>();
    private SequencedMap<String, String> backendParameters = clientParameters;
    private boolean connecting;
    private boolean busy;
    private boolean busyCounts;
    private int cancels;
    private int pauses;
    private long heldSinceNanos;
    private long routesSeen;
    private String problem = "";

    Session(Worker worker, Channel client, PortRole role, Login login) {
        this.worker = worker;
        this.client = client;
        this.role = role;
        this.login = login;
        this.conversation = new Conversation(worker.texts());
        this.reader = new ClientReader(this);
        this.pid = worker.cancels().register(this);
        this.secret = Bytes.of(
                ByteBuffer.allocate(4).putInt(worker.cancels().newSecret()).array());
    }

    ClientReader reader() {
        return reader;
    }

    Conversation conversation() {
        return conversation;
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

    long heldSinceNanos() {
        return heldSinceNanos;
    }

    /** Begins: the client is authenticated and now needs its first server. */
    void open() {
        worker.opened(this);
        startHolding();
        connect();
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
        if (link == null) {
            return startsRequest(type) ? hold() : Admission.ANSWER;
        }
        if (conversation.segmentOpen()) {
            return Admission.FORWARD;
        }
        if (!conversation.expected.isEmpty()) {
            return worker.holds(this) && startsRequest(type) ? hold() : Admission.FORWARD;
        }
        if (cancels > 0) {
            return hold();
        }
        if (conversation.status() != 'I') {
            return Admission.FORWARD;
        }
        if (routesSeen != worker.routesVersion()) {
            if (!worker.isFit(this)) {
                return hold();
            }
            routesSeen = worker.routesVersion();
        }
        return worker.holds(this) ? hold() : Admission.FORWARD;
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

    /** Answers a message that was not admitted to the server. */
    void answer(byte type, ByteBuf in, int start, int end) {
        if (type == FrontendType.TERMINATE) {
            client.close();
            clientGone();
            return;
        }
        ByteBuf out = client.alloc().buffer(256);
        if (local != null) {
            local.answer(type, in, start, end, out);
            if (local.finished()) {
                local = null;
            }
        } else if (type == FrontendType.SYNC) {
            BackendMessages.readyForQuery(out, TransactionStatus.IDLE);
        }
        toClient(out);
    }

    void refuseBytes(String message) {
        worker.counters().protocolViolations.increment();
        end(Errors.protocolViolation(message));
    }

    void clientFailed(Throwable cause) {
        worker.log().debug("client connection failed: {}", cause.getMessage());
        client.close();
    }

    void clientGone() {
        if (phase == Phase.CLOSED) {
            return;
        }
        phase = Phase.CLOSED;
        worker.cancels().remove(pid);
        dropLink(true);
        updateBusy();
        worker.closed(this);
    }

    /** Closes the client with a last word. */
    private void end(ErrorFields error) {
        ByteBuf out = client.alloc().buffer(256);
        error.writeError(out);
        client.writeAndFlush(out).addListener(ChannelFutureListener.CLOSE);
        clientGone();
    }

    /** The gateway stops. */
    void shutDown() {
        if (phase != Phase.CLOSED) {
            end(ErrorFields.fatal(
                    SqlState.ADMIN_SHUTDOWN,
                    "terminating connection because the gateway stops",
                    "",
                    "Connect to another gateway of the cluster."));
        }
    }

    void toBackend(ByteBuf bytes) {
        if (link == null) {
            bytes.release();
        } else {
            link.channel().write(bytes, link.channel().voidPromise());
        }
    }

    void flushBackend() {
        if (link != null) {
            link.channel().flush();
        }
    }

    void toClient(ByteBuf bytes) {
        client.write(bytes, client.voidPromise());
    }

    void flushClient() {
        client.flush();
    }

    void clientWritable(boolean writable) {
        if (link != null) {
            link.channel().config().setAutoRead(writable);
        }
    }

    void backendWritable(boolean writable) {
        pause(BACKEND_FULL, !writable);
    }

    private void pause(int reason, boolean on) {
        int before = pauses;
        pauses = on ? pauses | reason : pauses & ~reason;
        if ((before == 0) != (pauses == 0)) {
            client.config().setAutoRead(pauses == 0);
        }
    }

    // ---- the server's messages

    boolean swallowsData() {
        return conversation.expected.headSwallowed();
    }

    Conversation.Verdict received(byte type, ByteBuf in, int start, int end) {
        Conversation.Verdict verdict = conversation.received(type, in, start, end);
        if (verdict == Conversation.Verdict.PARAMETER) {
            return parameter(in, start, end);
        }
        return verdict;
    }

    private Conversation.Verdict parameter(ByteBuf in, int start, int end) {
        ParameterStatus status = BackendMessages.readParameterStatus(in.slice(start, end - start));
        backendParameters.put(status.name(), status.value());
        return backendParameters == clientParameters ? Conversation.Verdict.FORWARD : Conversation.Verdict.SWALLOW;
    }

    /** One of the gateway's own requests was answered. */
    void replayedOne() {
        if (!conversation.expected.headSwallowed()) {
            tellChangedParameters();
        }
    }

    private void tellChangedParameters() {
        if (backendParameters == clientParameters) {
            return;
        }
        ByteBuf out = client.alloc().buffer(64);
        backendParameters.forEach((name, value) -> {
            if (!value.equals(clientParameters.get(name))) {
                BackendMessages.parameterStatus(out, name, value);
            }
        });
        clientParameters = backendParameters;
        toClient(out);
    }

    /** The server has answered a request in full. */
    void atBoundary() {
        updateBusy();
        if (phase == Phase.HELD) {
            proceed();
        }
    }

    void backendEnds(ByteBuf in, int start, int end) {
        ErrorGlance error = ErrorGlance.of(in, start, end);
        backendGone("It ended the session with SQLSTATE " + error.sqlState());
    }

    void unconfirmedCommit() {
        worker.counters().unconfirmedCommits.increment();
        lost(Errors.committedLocallyOnly(), "It did not confirm a commit");
    }

    // ---- losing and moving

    void backendGone(String how) {
        BackendLink gone = link;
        if (gone != null) {
            lost(null, "The session was connected to " + gone.place() + ". " + how);
        }
    }

    private void lost(@Nullable ErrorFields verdict, String reason) {
        worker.counters().backendLosses.increment();
        boolean midMessage = backendReader != null && backendReader.midMessage();
        dropLink(false);
        pause(BACKEND_FULL, false);
        boolean atRest = conversation.atRest();
        boolean partial = reader.discardRest();
        if (conversation.state.isPinned(Pin.LISTEN)) {
            // A listener sends nothing, so it would never hear of an error that waits for its next statement.
            end(Errors.listenLost());
            return;
        }
        if (midMessage) {
            worker.counters().brokenReplies.increment();
            client.flush();
            client.close();
            clientGone();
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
            ByteBuf out = client.alloc().buffer(256);
            local = loss.answer(out);
            toClient(out);
            flushClient();
        }
        updateBusy();
        if (phase == Phase.HELD) {
            proceed();
        } else {
            reader.resume();
        }
    }

    private void dropLink(boolean politely) {
        BackendLink gone = link;
        if (gone == null) {
            return;
        }
        link = null;
        backendParameters = clientParameters;
        if (backendReader != null) {
            backendReader.detach();
            backendReader = null;
        }
        worker.released(gone.place());
        if (politely && gone.channel().isActive()) {
            ByteBuf out = gone.channel().alloc().buffer(8);
            FrontendMessages.terminate(out);
            gone.channel().writeAndFlush(out).addListener(ChannelFutureListener.CLOSE);
        } else {
            gone.channel().close();
        }
    }

    /** The cluster has changed; a server that is primary no more is left at once, whatever it still promises. */
    void routesChanged() {
        if (link != null && worker.isDeposed(this, link.place())) {
            backendGone("Another server is the primary now");
        }
    }

    @Nullable
    Backend place() {
        return link == null ? null : link.place();
    }

    // ---- holding and going on

    private Admission hold() {
        if (phase != Phase.HELD) {
            phase = Phase.HELD;
            worker.counters().holds.increment();
            startHolding();
        }
        if (conversation.atRest() && link != null && !worker.isFit(this)) {
            leaveUnfit();
        }
        if (link == null) {
            connect();
        }
        return Admission.WAIT;
    }

    /** The server is no longer the right one for this port. State that cannot move is worth more than the right place. */
    private void leaveUnfit() {
        if (conversation.state.isPinned() && role == PortRole.READ_ONLY) {
            return;
        }
        if (conversation.state.isPinned()) {
            backendGone("Another server is the primary now");
        } else {
            dropLink(true);
            conversation.lost((byte) 'I');
        }
    }

    private void startHolding() {
        heldSinceNanos = worker.nanoTime();
        pause(HELD, true);
        worker.held(this);
    }

    /** Looks whether what held the session is over. */
    void proceed() {
        if (phase == Phase.OPENING) {
            connect();
            return;
        }
        if (phase != Phase.HELD) {
            return;
        }
        if (local != null) {
            release();
            return;
        }
        if (!conversation.atBoundary() || cancels > 0) {
            return;
        }
        if (conversation.status() == 'I') {
            if (link != null && !worker.isFit(this)) {
                leaveUnfit();
            }
            if (link == null) {
                connect();
                return;
            }
            if (worker.holds(this)) {
                return;
            }
        }
        release();
    }

    private void release() {
        phase = Phase.READY;
        worker.unheld(this);
        problem = "";
        pause(HELD, false);
        reader.resume();
    }

    private void connect() {
        if (connecting || phase == Phase.CLOSED || worker.holds(this)) {
            return;
        }
        worker.choose(this).ifPresent(place -> {
            connecting = true;
            boolean readOnly = role == PortRole.READ_ONLY && worker.isPrimary(place);
            worker.connector().connect(place, login, readOnly, new BackendLogin.Listener() {
                @Override
                public void connected(BackendLink newLink) {
                    connecting = false;
                    Session.this.connected(newLink);
                }

                @Override
                public void refused(ErrorFields error) {
                    connecting = false;
                    Session.this.refused(place, error);
                }

                @Override
                public void failed(String reason) {
                    connecting = false;
                    connectLater(reason);
                }
            });
        });
    }

    private void connected(BackendLink newLink) {
        boolean standby = "on".equals(newLink.parameters().get("in_hot_standby"));
        if (phase == Phase.CLOSED || link != null || (standby && role != PortRole.READ_ONLY)) {
            newLink.channel().close();
            if (standby) {
                connectLater(newLink.place() + " is still a standby");
            }
            return;
        }
        link = newLink;
        backendReader = new BackendReader(this);
        newLink.channel().pipeline().addLast(backendReader);
        newLink.channel().config().setAutoRead(client.isWritable());
        routesSeen = worker.routesVersion();
        worker.attached(newLink.place());
        if (phase == Phase.OPENING) {
            opened(newLink);
            return;
        }
        backendParameters = newLink.parameters();
        ByteBuf out = client.alloc().buffer(256);
        conversation.replay(out);
        if (out.isReadable()) {
            toBackend(out);
        } else {
            out.release();
            tellChangedParameters();
        }
        worker.counters().moves.increment();
        proceedAfterConnect();
    }

    /** The replay is in flight already, and what the client waits for follows in the same write. */
    private void proceedAfterConnect() {
        if (phase == Phase.HELD && cancels == 0 && !worker.holds(this)) {
            release();
        }
        updateBusy();
        flushBackend();
        flushClient();
    }

    private void opened(BackendLink first) {
        clientParameters = first.parameters();
        backendParameters = clientParameters;
        ByteBuf out = client.alloc().buffer(1024);
        clientParameters.forEach((name, value) -> BackendMessages.parameterStatus(out, name, value));
        BackendMessages.backendKeyData(out, pid, secret);
        BackendMessages.readyForQuery(out, TransactionStatus.IDLE);
        toClient(out);
        flushClient();
        worker.counters().logins.increment();
        release();
    }

    private void refused(Backend place, ErrorFields error) {
        String state = error.sqlState();
        if (state.startsWith("28")) {
            worker.forgetVerifier(login.user());
        }
        boolean passing =
                state.startsWith("57P") || state.startsWith("08") || (state.equals("53300") && phase != Phase.OPENING);
        if (passing) {
            connectLater(place + " refused the connection: " + error.message());
        } else if (phase != Phase.CLOSED) {
            end(error);
        }
    }

    private void connectLater(String reason) {
        problem = reason;
        if (phase == Phase.OPENING || phase == Phase.HELD) {
            worker.retrySoon(this);
        }
    }

    /** The session has waited for as long as it may. */
    void holdExpired(long waitedMillis) {
        worker.counters().holdTimeouts.increment();
        String why = problem.isEmpty() ? worker.whyHeld(this) : problem;
        if (phase == Phase.OPENING) {
            end(Errors.heldLogin(waitedMillis, why));
        } else if (phase == Phase.HELD && conversation.atBoundary()) {
            local = LocalAnswers.refusal(conversation, worker.texts(), Errors.held(waitedMillis, why));
            release();
        } else if (phase == Phase.HELD) {
            startHolding();
        }
    }

    // ---- cancel

    /** @param done called once the request has been dealt with, on the event loop */
    void cancel(Bytes claimedSecret, Runnable done) {
        BackendLink current = link;
        if (!secret.equals(claimedSecret) || phase == Phase.CLOSED || phase == Phase.OPENING) {
            done.run();
        } else if (phase == Phase.HELD && conversation.atRest() && local == null) {
            local = LocalAnswers.refusal(conversation, worker.texts(), Errors.canceled());
            release();
            done.run();
        } else if (current == null || conversation.atBoundary() || conversation.committing()) {
            // A COMMIT that waits for its quorum would be cut short, not undone.
            done.run();
        } else {
            cancels++;
            worker.counters().cancels.increment();
            worker.connector().cancel(current.place(), current.key(), () -> {
                cancels--;
                done.run();
                proceed();
            });
        }
    }

    // ---- accounting

    /** Tells the worker whether this session keeps a planned switchover waiting. */
    void updateBusy() {
        boolean now = link != null && !conversation.atRest();
        if (now != busy) {
            busy = now;
            if (now) {
                busyCounts = role != PortRole.READ_ONLY || (link != null && worker.isPrimary(link.place()));
            }
            if (busyCounts) {
                worker.busy(now ? 1 : -1);
            }
        }
    }
}
