package io.howdah.gateway.session;

import io.howdah.gateway.dialogue.Conversation;
import io.howdah.gateway.dialogue.LocalAnswers;
import io.howdah.gateway.dialogue.Requests;
import io.howdah.gateway.login.Login;
import io.howdah.gateway.metrics.SessionEvent;
import io.howdah.gateway.metrics.Traffic;
import io.howdah.gateway.pool.PoolMode;
import io.howdah.gateway.protocol.Errors;
import io.howdah.gateway.protocol.Failures;
import io.howdah.gateway.route.Backend;
import io.howdah.gateway.route.PortRole;
import io.howdah.postgres.wire.BackendMessages;
import io.howdah.postgres.wire.ErrorFields;
import io.howdah.postgres.wire.FrontendType;
import io.howdah.postgres.wire.TransactionStatus;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * A client that has logged in. It keeps its session while servers come and go; {@link Holding} says when it waits. While a request that cannot be served is answered by the gateway, {@link LocalAnswers} stands in for the server. All methods are
 * called on the event loop of the worker.
 */
final class Session {
    private final Worker worker;
    private final PortRole role;
    private final String database;
    private final String user;
    private final Meter meter;
    private final RequestTally tally;
    private final Admissions admissions;
    private final ClientSide client;
    private final Conversation conversation;
    private final Requests requests;
    private final Holding holding;
    private final ServerSide server;
    private final Routing routing;
    private final Caching caching;
    private final Replies replies;
    private final Losses losses;
    private final CatalogCommands commands;
    private final Settlement settlement;
    private final ClientReader reader;
    private final Cancellation cancellation;
    private final Listening listening;
    private final DrainShare drainShare;

    private Site site;
    private @Nullable LocalAnswers local;
    private boolean stalled;

    Session(Worker worker, Channel channel, PortRole role, Login login) {
        this.worker = worker;
        this.role = role;
        this.database = login.database();
        this.site = worker.site(database);
        this.user = login.user();
        Traffic traffic = worker.traffic(database);
        this.meter = new Meter(worker, traffic);
        this.client = new ClientSide(channel, traffic);
        this.conversation = new Conversation();
        this.conversation.state().begin(login.applicationName());
        this.conversation.state().beginsQuiet(login.isQuiet());
        this.listening = new Listening(this, worker);
        this.tally = new RequestTally(this, worker);
        this.requests = new Requests(
                conversation, worker.texts(), worker.entries(), worker.pooling().weakerCommit(), listening, tally);
        this.holding = new Holding(this, worker);
        this.server = new ServerSide(this, worker, login);
        this.routing = new Routing(this, worker, login, server.mode());
        this.caching = new Caching(this, worker, login);
        this.replies = new Replies(this);
        this.losses = new Losses(this, worker);
        this.commands = new CatalogCommands(this, worker);
        this.settlement = new Settlement(this, worker);
        this.reader = new ClientReader(this);
        this.cancellation = new Cancellation(this, worker, login.protocolMinor());
        this.drainShare = new DrainShare();
        this.admissions = new Admissions(this);
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

    Admissions admissions() {
        return admissions;
    }

    String user() {
        return user;
    }

    Meter meter() {
        return meter;
    }

    RequestTally tally() {
        return tally;
    }

    String database() {
        return database;
    }

    /** Where its database is. */
    Site site() {
        return site;
    }

    ClusterPart cluster() {
        return site.cluster();
    }

    ClusterPicture picture() {
        return site.cluster().picture();
    }

    Routing routing() {
        return routing;
    }

    CatalogCommands commands() {
        return commands;
    }

    Settlement settlement() {
        return settlement;
    }

    Caching caching() {
        return caching;
    }

    Losses losses() {
        return losses;
    }

    PortRole role() {
        return role;
    }

    /** What it sends next is for the primary. */
    boolean wantsPrimary() {
        return role != PortRole.READ_ONLY && routing.replica() == null;
    }

    EventLoop loop() {
        return worker.loop();
    }

    Holding holding() {
        return holding;
    }

    Cancellation cancellation() {
        return cancellation;
    }

    Listening listening() {
        return listening;
    }

    boolean isClosed() {
        return holding.isClosed();
    }

    boolean isWaiting() {
        return holding.isOpening() || holding.isHeld() || listening.isAwaiting();
    }

    @Nullable
    Backend place() {
        return server.place();
    }

    /** Begins: the client is authenticated and now needs its first server. */
    void open() {
        worker.opened(this);
        holding.open();
    }

    // ---- the client's messages

    /** A message must wait until the names that it uses are certain. */
    void stall() {
        stalled = true;
    }

    /** The gateway itself answers what comes next. */
    void answerBy(LocalAnswers answers) {
        local = answers;
    }

    boolean isAnsweredLocally() {
        return local != null;
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
            routing.forget();
            caching.forget();
            if (local.finished()) {
                local = null;
            }
        } else if (type == FrontendType.SYNC) {
            BackendMessages.readyForQuery(out, TransactionStatus.IDLE);
        }
        client.write(out);
        listening.deliver();
    }

    void refuseBytes(String message) {
        worker.counters().count(SessionEvent.PROTOCOL_VIOLATION);
        end(Errors.protocolViolation(message));
    }

    void clientFailed(Throwable cause) {
        if (Failures.isOwnMistake(cause)) {
            worker.counters().count(SessionEvent.INTERNAL_ERROR);
            worker.log().warn("a client's connection is closed because of a mistake of the gateway's own", cause);
        } else {
            worker.log().debug("client connection failed: {}", cause.getMessage());
        }
        client.close();
    }

    /** The client is gone, or will be in a moment. */
    void closed() {
        if (!isClosed()) {
            holding.closed();
            routing.trial().close();
            caching.abandon();
            cancellation.close();
            listening.closed();
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
        if (!isClosed()) {
            end(Errors.gatewayStops());
        }
        return client.channel().closeFuture();
    }

    /** The process ends and another has taken its place: ends, unless a request or a transaction is open. Says whether it did. */
    boolean endIfAtRest() {
        boolean atRest = !isClosed() && conversation.atRest() && !reader.isMidMessage();
        if (atRest) {
            end(Errors.replaced());
        }
        return atRest;
    }

    // ---- the server's answers

    /** The oldest request is answered, and the transaction is as {@code status} says. */
    void answered(byte status) {
        long took = meter.answered(status);
        tally.answered(took, meter.takeWaitedNanos());
    }

    /** The server has answered a request in full. */
    void atBoundary() {
        updateBusy();
        if (isClosed()) {
            return;
        }
        routing.answered();
        caching.answered();
        if (routing.trial().isFailing() && conversation.atRest()) {
            server.noteSettings();
            server.giveBack();
            retryOnPrimary();
            return;
        }
        if (conversation.status() == 'I') {
            server.noteSettings();
            commands.settle();
            if (worker.isEnding() && endIfAtRest()) {
                return;
            }
        } else if (server.mode() == PoolMode.STATEMENT) {
            end(Errors.transactionBlockRefused());
            return;
        }
        settlement.raiseCommitLevel();
        if (holding.isHeld()) {
            holding.proceed();
        }
        resumeStalled();
        if (conversation.atRest()) {
            listening.atRest();
        }
        settlement.giveBackIfDone();
    }

    /** Goes on with a message whose names are certain now. */
    void resumeStalled() {
        listening.answered();
        if (stalled && !conversation.isUnsettled()) {
            stalled = false;
            reader.resume();
        }
    }

    // ---- losing and moving

    /** The server is gone. What the client sends next is answered by {@code answers}, if not null. */
    void goOnWithoutServer(@Nullable LocalAnswers answers) {
        local = answers;
        tally.forget();
        caching.abandon();
        holding.displaced();
        updateBusy();
        if (holding.isHeld()) {
            holding.serverLost();
        } else if (holding.isOpening()) {
            holding.startOver();
        } else {
            stalled = false;
            reader.resume();
        }
    }

    /** A replica has not served a read, and the client has got nothing of its answer. */
    void retryOnPrimary() {
        tally.forget();
        reader.again(routing.retry());
        updateBusy();
        if (holding.isHeld()) {
            holding.proceed();
        } else {
            reader.resume();
        }
    }

    /** The cluster has changed; a server that is primary no more is left at once, whatever it still promises. */
    void routesChanged() {
        Backend place = server.place();
        if (place != null && server.expectsPrimary() && picture().isDeposed(place)) {
            losses.backendGone("Another server is the primary now");
        }
    }

    /**
     * The database has moved, or is called something else there. Its clients are paused, so nothing is in flight; what keeps a session on
     * its server is lost as with a server that is gone.
     */
    void moved(Site to) {
        losses.backendGone("The database has moved");
        site = to;
        server.moved();
        routing.moved();
        caching.moved();
    }

    // ---- cancel

    /** @param done called once the request has been dealt with, on the event loop */
    void cancel(Runnable done) {
        if (isClosed() || holding.isOpening()) {
            done.run();
        } else if (holding.isHeld() && conversation.atRest() && local == null) {
            holding.refuse(Errors.canceled());
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
        if (!isClosed()) {
            holding.proceed();
            settlement.giveBackIfDone();
        }
    }

    // ---- accounting

    /** Tells the worker whether this session keeps a planned switchover waiting. */
    void updateBusy() {
        Backend place = server.place();
        boolean busy = place != null && !conversation.atRest();
        boolean atPrimary =
                place != null && (server.expectsPrimary() || picture().isPrimary(place));
        drainShare.update(cluster(), busy, atPrimary);
    }
}
