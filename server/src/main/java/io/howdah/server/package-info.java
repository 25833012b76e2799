/** The processes of a cluster: {@link io.howdah.server.Main} starts one of them, {@code assembly} wires it. */
@NullMarked
package io.howdah.server;

import org.jspecify.annotations.NullMarked;
