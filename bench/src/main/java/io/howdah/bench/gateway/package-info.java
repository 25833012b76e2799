/**
 * What a gateway costs: the same loads straight to a server, through other people's proxies in front of it, and through a gateway, in
 * turn, round after round. {@link io.howdah.bench.gateway.Section} is one kind of load.
 */
@NullMarked
package io.howdah.bench.gateway;

import org.jspecify.annotations.NullMarked;
