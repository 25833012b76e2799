/** The protocol of virtual addresses, played against a model of nodes, gateways, kernels and a network that misbehave. */
@NullMarked
package io.howdah.kernel.address;

import org.jspecify.annotations.NullMarked;
