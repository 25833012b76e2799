/**
 * A small blocking PostgreSQL connection for Howdah's own use: status, promotion, replication commands.
 *
 * <p>One connection belongs to one thread at a time, best a virtual one; only cancel and close may come from others.
 */
@NullMarked
package io.howdah.postgres.client;

import org.jspecify.annotations.NullMarked;
