/**
 * The process beside each PostgreSQL: it owns the instance, votes, leads when elected, and tells everybody how it stands.
 *
 * <p>{@link io.howdah.server.node.NodeAgent} is the loop: inputs go into the pure election core one at a time, effects come
 * out and are carried out by {@link io.howdah.server.node.PostgresDriver}, which answers with further inputs.
 */
@NullMarked
package io.howdah.server.node;

import org.jspecify.annotations.NullMarked;
