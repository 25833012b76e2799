/**
 * What all parts of the gateway know of the protocol: names and error fields read from network buffers, the errors that the gateway
 * itself gives, and Netty calls whose future nobody needs. Depends on nothing else of the gateway.
 */
@NullMarked
package io.howdah.gateway.protocol;

import org.jspecify.annotations.NullMarked;
