/**
 * Encryption on both sides: certificates that can be exchanged while the gateway runs, and the handlers that negotiate TLS before anything
 * else is said. Uses the JDK's TLS.
 */
@NullMarked
package io.howdah.gateway.tls;

import org.jspecify.annotations.NullMarked;
