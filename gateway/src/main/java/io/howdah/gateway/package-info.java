/**
 * The endpoint that clients connect to: PostgreSQL's protocol in, PostgreSQL's protocol out.
 *
 * <p>{@link io.howdah.gateway.GatewayServer} is the door. Arrows between the packages point one way:
 *
 * <pre>
 * session   one client: held, moved, answered when its server is gone
 *   → login      who may come in
 *       → tls        encryption on both sides
 *   → listen     LISTEN for many clients on one connection
 *   → pool       connections to servers, lent to one session after the other
 *       → dialogue   requests and replies of one client, and what a lost server means
 *           → state      settings, prepared statements, pins
 *               → sql        which statements leave something behind
 *               → protocol   names and errors in network buffers
 *   → route      the picture of the cluster
 * </pre>
 */
@NullMarked
package io.howdah.gateway;

import org.jspecify.annotations.NullMarked;
