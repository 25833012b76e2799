/**
 * PostgreSQL's message format, protocol 3.0 and 3.2, in both directions: message types, framing with bounded lengths,
 * start-up packets, and the few messages that Howdah reads or writes itself.
 *
 * <p>Pure functions over Netty buffers: no sockets, no threads. Everything malformed ends in a {@link
 * io.howdah.postgres.wire.ProtocolException}, whatever the bytes (PostgreSQL manual, chapter "Frontend/Backend
 * Protocol").
 */
@NullMarked
package io.howdah.postgres.wire;

import org.jspecify.annotations.NullMarked;
