package io.howdah.gateway.pool;

import io.howdah.gateway.login.Login;
import io.howdah.gateway.state.Profile;
import io.howdah.postgres.wire.ErrorFields;

/** Whoever asks a pool for a connection: the server side of a session. Everything is called on the pool's event loop. */
public interface Borrower {
    /** How its client logged in, which is how new connections for it log in. */
    Login login();

    /** Connections that began otherwise are of no use. */
    StartupClass startup();

    /** The settings that it wants; connections that have them already come first. */
    Profile profile();

    /** Where what the server says goes. */
    ReplySink replies();

    /** Since when it waits; of interest only while it does. */
    long waitingSinceNanos();

    /** A short name of its client's connection. */
    String id();

    /** Its client has not been welcomed yet. */
    boolean isOpening();

    boolean isClosed();

    /** It would rather go elsewhere than wait for a server that cannot be reached. */
    boolean isImpatient();

    /** It is in line. */
    void queued(Pool pool);

    /** A connection is its own until it gives it back. */
    void attach(ServerConnection connection);

    /** A server does not want this client, and trying again would not help. It is out of line. */
    void refused(ErrorFields error);

    /** It has waited for too long and is out of line. */
    void waitExpired(Pool pool, long waitedMillis);

    /** The pool is no more, or its server cannot be reached for now; it is out of line. */
    void sentAway();
}
