/**
 * What should exist: cells, clusters, databases, nodes and gateways, kept in a store that only admin touches.
 *
 * <p>The store is never on the failover path: nodes elect and gateways follow without it.
 */
@NullMarked
package io.howdah.server.topology;

import org.jspecify.annotations.NullMarked;
