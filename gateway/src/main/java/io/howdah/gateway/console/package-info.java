/**
 * The virtual database {@code howdah}: PgBouncer's console, and what Pgpool-II shows of its nodes, in the PostgreSQL protocol. Commands are
 * words, answers are tables; what they are made of comes as a {@link io.howdah.gateway.metrics.GatewayReport}.
 */
@NullMarked
package io.howdah.gateway.console;

import org.jspecify.annotations.NullMarked;
