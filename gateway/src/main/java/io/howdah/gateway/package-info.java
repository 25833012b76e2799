/**
 * The endpoint that clients connect to: PostgreSQL's protocol in, PostgreSQL's protocol out.
 *
 * <p>{@link io.howdah.gateway.GatewayServer} is the door. It knows the cluster through {@code route}, checks passwords through
 * {@code login}, and leaves everything a connection does to {@code session}; {@code sql} tells which statements leave something behind.
 */
@NullMarked
package io.howdah.gateway;

import org.jspecify.annotations.NullMarked;
