/**
 * What a session has built up and a server must be told again: settings, prepared statements, portals, and the pins that keep a client
 * on the server it has. Data and rules only: no channels, no requests in flight. Confined to one event loop.
 */
@NullMarked
package io.howdah.gateway.state;

import org.jspecify.annotations.NullMarked;
