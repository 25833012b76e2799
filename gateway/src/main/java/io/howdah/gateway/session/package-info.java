/**
 * One client and the server connection that it has at the moment: reading the client, holding it, moving it, answering when its server
 * is gone.
 *
 * <p>Everything of a session happens on the one event loop of its {@code Worker}; nothing here is locked. A session outlives its server
 * connections: {@code Holding} says when it waits, {@code ServerSide} gets a connection and gives it back, {@code Losses} says what a
 * vanished server means. {@link io.howdah.gateway.session.Sessions} is the door.
 */
@NullMarked
package io.howdah.gateway.session;

import org.jspecify.annotations.NullMarked;
