/** A network of hosts, each a network namespace, on which gateways share a virtual address, and what is done to them. */
@NullMarked
package io.howdah.testkit.address;

import org.jspecify.annotations.NullMarked;
