package io.howdah.gateway.session;

import io.howdah.gateway.dialogue.Expectations;
import io.howdah.gateway.dialogue.Settling;
import io.howdah.gateway.login.Login;
import io.howdah.gateway.pool.Borrower;
import io.howdah.gateway.pool.Pool;
import io.howdah.gateway.pool.PoolMode;
import io.howdah.gateway.pool.PoolRules;
import io.howdah.gateway.pool.ReplySink;
import io.howdah.gateway.pool.ServerConnection;
import io.howdah.gateway.pool.StartupClass;
import io.howdah.gateway.protocol.Channels;
import io.howdah.gateway.route.Backend;
import io.howdah.gateway.route.PortRole;
import io.howdah.gateway.state.Interner;
import io.howdah.gateway.state.Profile;
import io.howdah.gateway.state.Reported;
import io.howdah.gateway.state.SessionState;
import io.howdah.postgres.wire.BackendMessages;
import io.howdah.postgres.wire.BackendMessages.BackendKey;
import io.howdah.postgres.wire.BackendMessages.ParameterStatus;
import io.howdah.postgres.wire.ErrorFields;
import io.howdah.postgres.wire.FrontendMessages;
import io.netty.buffer.ByteBuf;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The server connection that a session has at the moment, if any: getting one, making it the session's own, giving it back. */
final class ServerSide implements Borrower {
    private final Session session;
    private final Worker worker;
    private final Login login;
    private final StartupClass startup;
    private final PoolRules rules;
    private Profile profile;
    private @Nullable ServerConnection connection;
    private final SessionPools pools;
    private @Nullable Pool queuedIn;
    /** The connection on which everything made by PREPARE is there. */
    private @Nullable ServerConnection replayed;

    private final OneServer oneServer;
    private boolean delicate;
    private long routesSeen;
    private String problem = "";

    ServerSide(Session session, Worker worker, Login login) {
        this.session = session;
        this.worker = worker;
        this.login = login;
        // An object of its own is equal to no other connection's, so that the server checks this log-in.
        this.startup = login.certain()
                ? worker.poolContext().startups().intern(StartupClass.of(login))
                : StartupClass.of(login);
        this.oneServer = new OneServer(worker.poolContext().reports());
        this.pools = new SessionPools(session, login);
        this.rules = worker.pooling().rules(login.database(), login.user());
        this.profile = worker.poolContext().bareProfile();
    }

    @Override
    public Login login() {
        return login;
    }

    @Override
    public StartupClass startup() {
        return startup;
    }

    PoolMode mode() {
        return rules.mode();
    }

    @Override
    public ReplySink replies() {
        return session.replies();
    }

    @Override
    public long waitingSinceNanos() {
        return session.holding().sinceNanos();
    }

    @Override
    public boolean isOpening() {
        return session.holding().isOpening();
    }

    @Override
    public boolean isClosed() {
        return session.isClosed();
    }

    @Override
    public Profile profile() {
        if (session.conversation().state().isProfileChanged()) {
            profile = worker.poolContext()
                    .profiles()
                    .intern(session.conversation().state().profile());
        }
        return profile;
    }

    boolean isThere() {
        return connection != null;
    }

    /** The session is in line for a connection that others have now. */
    boolean isQueued() {
        return queuedIn != null;
    }

    @Nullable
    Backend place() {
        return connection == null ? null : connection.place();
    }

    void requested() {
        if (connection != null) {
            connection.pool().requested();
        }
    }

    String connectionId() {
        return connection == null ? "" : connection.id();
    }

    @Override
    public String id() {
        return session.client().channel().id().asShortText();
    }

    /** What a cancel request for the server must show; only while there is one. */
    Optional<BackendKey> key() {
        return Optional.ofNullable(connection).map(ServerConnection::key);
    }

    /** Why the last attempt to get a server failed; empty when none did. */
    String problem() {
        return pools.problem().isEmpty() ? problem : pools.problem();
    }

    /** The client has got only the beginning of a message. */
    boolean midMessage() {
        return connection != null && connection.midMessage();
    }

    void write(ByteBuf bytes) {
        if (connection == null) {
            bytes.release();
        } else {
            Channels.pass(connection.channel(), bytes);
        }
    }

    ByteBuf buffer() {
        return session.client().channel().alloc().buffer(512);
    }

    void flush() {
        if (connection != null) {
            connection.channel().flush();
        }
    }

    /** What made the server's answer wait is over. */
    void resume() {
        if (connection != null) {
            connection.resume(session.client().isWritable());
        }
    }

    void read(boolean on) {
        if (connection != null) {
            connection.channel().config().setAutoRead(on);
        }
    }

    /** Seeks a server, unless that is going on already or must wait. It may be there when this returns. */
    void connect() {
        if (connection != null
                || queuedIn != null
                || session.isClosed()
                || session.picture().holds(session)) {
            return;
        }
        Pool from = pools.find();
        if (from != null) {
            from.acquire(this);
        }
    }

    /** The connection was opened to the primary, for writing. */
    boolean expectsPrimary() {
        return connection != null && connection.pool().key().writes();
    }

    /** What it serves is read from a copy. */
    boolean isStandby() {
        return connection != null
                && !connection.pool().key().writes()
                && !connection.pool().key().onlyReads();
    }

    /** The next request goes elsewhere, and nothing of the session's keeps it here. */
    boolean isForOthers() {
        ServerConnection current = connection;
        if (current == null
                || !session.routing().splits()
                || session.conversation().state().isPinned()) {
            return false;
        }
        Backend replica = session.routing().replica();
        return replica == null ? !expectsPrimary() : !current.place().equals(replica);
    }

    @Override
    public boolean isImpatient() {
        return session.routing().replica() != null;
    }

    @Override
    public void queued(Pool in) {
        queuedIn = in;
        session.holding().waitsSince(worker.nanoTime());
    }

    private void dequeued() {
        queuedIn = null;
        pools.forget();
    }

    @Override
    public void refused(ErrorFields error) {
        dequeued();
        if (session.routing().fallBack()) {
            session.holding().sentAway();
        } else if (!session.isClosed()) {
            session.end(error);
        }
    }

    @Override
    public void waitExpired(Pool from, long waitedMillis) {
        dequeued();
        if (session.routing().fallBack()) {
            session.holding().sentAway();
        } else {
            session.holding().waitExpired(from, waitedMillis);
        }
    }

    @Override
    public void sentAway() {
        dequeued();
        session.routing().fallBack();
        session.holding().sentAway();
    }

    /** The database is elsewhere now; there is no connection to where it was any more. */
    void moved() {
        problem = "";
        pools.moved();
    }

    void leaveQueue() {
        if (queuedIn != null) {
            queuedIn.leave(this);
            queuedIn = null;
        }
    }

    @Override
    public void attach(ServerConnection lent) {
        queuedIn = null;
        connection = lent;
        problem = "";
        // While the session was away it has made nothing by PREPARE, or it would have kept its connection.
        replayed = session.conversation().state().statementsToReplay().isEmpty() ? lent : null;
        session.conversation().state().beginsQuiet(lent.isQuiet() || login.isQuiet());
        session.conversation().attached(lent.statements(), lent.isFamiliar());
        routesSeen = session.picture().version();
        session.listening().attached(lent);
        session.holding().attached();
    }

    /** The connection is not yet as the session wants it. */
    boolean needsPreparation() {
        ServerConnection current = connection;
        return current != null
                && (!Interner.same(current.applied(), profile())
                        || (current != replayed
                                && !session.conversation()
                                        .state()
                                        .statementsToReplay()
                                        .isEmpty()));
    }

    /** The session is about to be someone on the server, and nothing may be executed before it is. */
    boolean isSettling() {
        return delicate
                && session.conversation().expected().headDetail() instanceof Settling settling
                && settling == Settling.SETTINGS;
    }

    /** Writes what makes the connection the session's own. */
    void prepare(ByteBuf out) {
        ServerConnection current = connection;
        if (current == null) {
            return;
        }
        Profile wanted = profile();
        Expectations expected = session.conversation().expected();
        if (!Interner.same(current.applied(), wanted)) {
            int start = out.writerIndex();
            out.writeByte('Q').writeInt(0);
            wanted.writeChange(current.applied(), out);
            out.writeByte(0);
            out.setInt(start + 1, out.writerIndex() - start - 1);
            expected.addSwallowed(Expectations.QUERY, Settling.SETTINGS);
            delicate = wanted.isDelicate() || current.applied().isDelicate();
            current.applied(wanted);
        }
        if (current == replayed) {
            return;
        }
        replayed = current;
        session.conversation().state().statementsToReplay().forEach(statement -> {
            FrontendMessages.query(out, statement.text());
            expected.addSwallowed(Expectations.QUERY, Settling.REPLAY);
        });
    }

    /** The settings that the server reports, as the client should know them. */
    Reported reported() {
        Reported said = connection == null ? Reported.NOTHING : connection.reported();
        return session.routing().splits() ? oneServer.of(said) : said;
    }

    /** @param own the gateway's own request has made it so, as the session's state says already */
    void report(ByteBuf payload, boolean own) {
        ParameterStatus status = BackendMessages.readParameterStatus(payload);
        if (connection == null) {
            return;
        }
        String before = connection.reported().values().getOrDefault(status.name(), "");
        if (!status.value().equals(before)) {
            connection.report(status.name(), status.value());
            if (!own) {
                session.conversation().state().reported(status.name(), before, status.value());
            }
        }
    }

    /** The session's own statements have changed its settings on the server. */
    void noteSettings() {
        SessionState state = session.conversation().state();
        if (connection != null && state.isProfileChanged()) {
            Profile now = profile();
            connection.applied(
                    state.takeNameReset()
                            ? worker.poolContext().profiles().intern(new Profile(SessionState.withoutName(now)))
                            : now);
        }
    }

    /** A reader's replica may have been taken out or become the primary. State that cannot move outweighs the right place. */
    boolean isMisplaced() {
        if (isForOthers()) {
            return true;
        }
        if (routesSeen == session.picture().version()) {
            return false;
        }
        if (session.role() == PortRole.READ_ONLY
                && !session.conversation().state().isPinned()
                && !session.picture().isFit(session)) {
            return true;
        }
        routesSeen = session.picture().version();
        return false;
    }

    /** Gives the connection back, ready for the next. */
    void giveBack() {
        ServerConnection gone = connection;
        if (gone != null) {
            connection = null;
            if (session.conversation().names().isUntidy()) {
                gone.spoil();
            }
            session.conversation().detached();
            if (!gone.channel().config().isAutoRead()) {
                gone.channel().config().setAutoRead(true);
            }
            gone.giveBack();
        }
    }

    void spoil() {
        if (connection != null) {
            connection.spoil();
        }
    }

    /**
     * Lets the server go.
     *
     * @param politely whether it still listens
     */
    void drop(boolean politely) {
        leaveQueue();
        ServerConnection gone = connection;
        if (gone != null) {
            connection = null;
            replayed = null;
            session.conversation().detached();
            gone.close(politely);
        }
    }
}
