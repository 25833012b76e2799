/** Tests of what a gateway process adds to the gateway. */
@NullMarked
package io.howdah.server.gateway;

import org.jspecify.annotations.NullMarked;
