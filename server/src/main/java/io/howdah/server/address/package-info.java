/**
 * Virtual addresses at work: a node's desk that grants them, a gateway's agent that carries one, and what passes between them over the
 * nodes' HTTP interface. What is decided is in {@link io.howdah.kernel.address}.
 */
@NullMarked
package io.howdah.server.address;

import org.jspecify.annotations.NullMarked;
