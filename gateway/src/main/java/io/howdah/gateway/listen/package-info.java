/**
 * LISTEN for many clients on one connection to each database: {@link io.howdah.gateway.listen.ListenerHub} is the door, sessions are its
 * {@link io.howdah.gateway.listen.Subscriber}s. What it may lose is what PostgreSQL loses with a server.
 */
@NullMarked
package io.howdah.gateway.listen;

import org.jspecify.annotations.NullMarked;
