package io.howdah.gateway.session;

import io.howdah.gateway.route.Backend;
import io.howdah.postgres.wire.BackendMessages.BackendKey;
import io.howdah.postgres.wire.FrontendMessages;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * A logged-in connection to a server, and what is known of its session there. It belongs to a {@link Pool} and is lent to one session
 * after the other.
 */
final class ServerConnection {
    private final Pool pool;
    private final Channel channel;
    private final BackendKey key;
    private final StartupClass startup;
    private final ServerStatements statements;
    private final BackendReader reader;
    private final long expiresNanos;
    private Profile applied;
    private Reported reported;
    private @Nullable Session owner;
    private boolean unusable;
    private boolean closed;

    /** When it was put aside; of interest only while it is. */
    long idleSinceNanos;

    private @Nullable Session lastOwner;
    private boolean familiar;

    ServerConnection(
            Pool pool,
            BackendLogin.Done login,
            StartupClass startup,
            Reported reported,
            long expiresNanos,
            int capacity) {
        this.pool = pool;
        this.channel = login.channel();
        this.key = login.key();
        this.startup = startup;
        this.reported = reported;
        this.applied = pool.worker().bareProfile();
        this.statements = new ServerStatements(capacity);
        this.expiresNanos = expiresNanos;
        this.reader = new BackendReader(this);
        channel.pipeline().addLast(reader);
    }

    Channel channel() {
        return channel;
    }

    Backend place() {
        return pool.key().place();
    }

    Pool pool() {
        return pool;
    }

    BackendKey key() {
        return key;
    }

    StartupClass startup() {
        return startup;
    }

    ServerStatements statements() {
        return statements;
    }

    @Nullable
    Session owner() {
        return owner;
    }

    boolean midMessage() {
        return reader.midMessage();
    }

    void lend(Session session) {
        owner = session;
        familiar = lastOwner == session || lastOwner == null;
        lastOwner = session;
    }

    /** Nobody else has used it before its session did. */
    boolean isFamiliar() {
        return familiar;
    }

    /** The session's settings that are in force on the server, once what was written is executed. */
    Profile applied() {
        return applied;
    }

    void applied(Profile profile) {
        applied = profile;
    }

    Reported reported() {
        return reported;
    }

    void report(String name, String value) {
        reported = pool.worker().reports().intern(reported.with(name, value));
    }

    /** It is closed instead of being lent again. */
    void spoil() {
        unusable = true;
    }

    boolean isUsable(long nowNanos) {
        return !unusable && !closed && channel.isActive() && nowNanos - expiresNanos < 0;
    }

    boolean isClosed() {
        return closed;
    }

    /** Its session is through with it, and everything is answered. */
    void giveBack() {
        owner = null;
        pool.takeBack(this);
    }

    /** The connection broke while nobody used it. */
    void lostWhileIdle() {
        if (!closed) {
            pool.worker().counters().backendLosses.increment();
            close(false);
        }
    }

    /** @param politely whether the server still listens */
    void close(boolean politely) {
        if (closed) {
            return;
        }
        closed = true;
        owner = null;
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
