package io.howdah.gateway.pool;

import io.howdah.gateway.metrics.GatewayReport;
import io.howdah.gateway.metrics.SessionEvent;
import io.howdah.gateway.protocol.Channels;
import io.howdah.gateway.route.Backend;
import io.howdah.gateway.state.Profile;
import io.howdah.gateway.state.Reported;
import io.howdah.gateway.state.ServerStatements;
import io.howdah.postgres.wire.BackendMessages.BackendKey;
import io.howdah.postgres.wire.FrontendMessages;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * A logged-in connection to a server, and what is known of its session there. It belongs to a {@link Pool} and is lent to one session
 * after the other.
 */
public final class ServerConnection {
    private final Pool pool;
    private final Channel channel;
    private final BackendKey key;
    private final StartupClass startup;
    private final ServerStatements statements;
    private final BackendReader reader;
    private final long expiresNanos;
    private Profile applied;
    private Reported reported;
    private @Nullable ReplySink replies;
    private final boolean quiet;
    private boolean unusable;
    private boolean closed;

    private final long openedNanos;
    private long lentNanos;
    private long idleSinceNanos;
    private @Nullable Borrower lastOwner;
    private boolean familiar;

    ServerConnection(
            Pool pool,
            BackendLogin.Done login,
            StartupClass startup,
            Reported reported,
            boolean quiet,
            long expiresNanos,
            int capacity) {
        this.pool = pool;
        this.channel = login.channel();
        this.key = login.key();
        this.startup = startup;
        this.reported = reported;
        this.applied = pool.context().bareProfile();
        this.statements = new ServerStatements(capacity);
        this.quiet = quiet;
        this.expiresNanos = expiresNanos;
        this.openedNanos = pool.context().nanoTime();
        this.lentNanos = openedNanos;
        this.reader = new BackendReader(this);
        channel.pipeline().addLast(reader);
    }

    public Channel channel() {
        return channel;
    }

    public Backend place() {
        return pool.key().place();
    }

    public Pool pool() {
        return pool;
    }

    public BackendKey key() {
        return key;
    }

    /** Without a word of the client, only errors reach it. */
    public boolean isQuiet() {
        return quiet;
    }

    StartupClass startup() {
        return startup;
    }

    public ServerStatements statements() {
        return statements;
    }

    /**
     * Goes on reading after {@link io.howdah.gateway.protocol.Verdict#WAIT}.
     *
     * @param more whether the client takes more than what is there already
     */
    public void resume(boolean more) {
        reader.resume(more);
    }

    /** Whoever has the connection; null while nobody has. */
    @Nullable
    ReplySink replies() {
        return replies;
    }

    /** Whether this one still has it. */
    @SuppressWarnings("ReferenceEquality") // the very same, not one like it
    boolean isWith(ReplySink sink) {
        return replies == sink;
    }

    public boolean midMessage() {
        return reader.midMessage();
    }

    @SuppressWarnings("ReferenceEquality") // the very same, not one like it
    void lend(Borrower borrower) {
        replies = borrower.replies();
        familiar = lastOwner == borrower || lastOwner == null;
        lastOwner = borrower;
        lentNanos = pool.context().nanoTime();
    }

    /** Nobody else has used it before its session did. */
    public boolean isFamiliar() {
        return familiar;
    }

    /** The session's settings that are in force on the server, once what was written is executed. */
    public Profile applied() {
        return applied;
    }

    public void applied(Profile profile) {
        applied = profile;
    }

    public Reported reported() {
        return reported;
    }

    public void report(String name, String value) {
        reported = pool.context().reports().intern(reported.with(name, value));
    }

    /** Its server was a standby when it was opened, and is none any more. */
    void promoted() {
        reported = pool.context().reports().intern(reported.asPrimary());
    }

    /** Whoever had it last; null when nobody had. */
    @Nullable
    Borrower lastOwner() {
        return lastOwner;
    }

    /** As somebody who watches the gateway sees it. */
    GatewayReport.Server report() {
        Borrower owner = replies == null ? null : lastOwner;
        long now = pool.context().nanoTime();
        return new GatewayReport.Server(
                id(),
                owner == null ? "" : owner.id(),
                pool.key().database(),
                pool.key().role(),
                place(),
                replies != null,
                unusable,
                channel.remoteAddress(),
                channel.localAddress(),
                now - openedNanos,
                now - lentNanos,
                key.processId());
    }

    /** A short name of the connection. */
    public String id() {
        return channel.id().asShortText();
    }

    /** It is closed instead of being lent again. */
    public void spoil() {
        unusable = true;
    }

    boolean isUsable(long nowNanos) {
        return !unusable && !closed && channel.isActive() && nowNanos - expiresNanos < 0;
    }

    boolean isClosed() {
        return closed;
    }

    /** When it was put aside; of interest only while it is. */
    long idleSinceNanos() {
        return idleSinceNanos;
    }

    void putAside(long nowNanos) {
        idleSinceNanos = nowNanos;
    }

    /** Its session is through with it, and everything is answered. */
    public void giveBack() {
        replies = null;
        pool.takeBack(this);
    }

    /** The connection broke while nobody used it. */
    void lostWhileIdle() {
        if (!closed) {
            pool.context().counters().count(SessionEvent.BACKEND_LOSS);
            close(false);
        }
    }

    /** @param politely whether the server still listens */
    public void close(boolean politely) {
        if (closed) {
            return;
        }
        closed = true;
        replies = null;
        lastOwner = null;
        pool.closed(this);
        if (politely && channel.isActive()) {
            ByteBuf out = channel.alloc().buffer(8);
            FrontendMessages.terminate(out);
            Channels.sendAndClose(channel, out);
        } else {
            Channels.close(channel);
        }
    }
}
