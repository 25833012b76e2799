package io.howdah.gateway.login;

import io.howdah.postgres.wire.Bytes;
import io.netty.channel.ChannelHandlerContext;

/** Who takes over what has come in through {@link ClientLogin}. Called on the event loop of the connection. */
public interface Reception {
    /** Who knows the passwords of the roles that may connect to a database. */
    VerifierSource verifiers(String database);

    /** A client is authenticated. What it sends from now on goes to the handlers that are added here. */
    void loggedIn(ChannelHandlerContext context, Login login);

    /**
     * Somebody asks for a statement to be canceled.
     *
     * @param done called on any thread once the request has been dealt with, or when nobody has this process id
     */
    void cancel(int processId, Bytes secret, Runnable done);
}
