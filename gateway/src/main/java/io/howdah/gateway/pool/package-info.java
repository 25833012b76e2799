/**
 * Connections to servers and who may use them: opening, lending, taking back, one pool for each database, role, place and event loop.
 * Whoever borrows is a {@link io.howdah.gateway.pool.Borrower}, and what a server sends goes to its {@link
 * io.howdah.gateway.pool.ReplySink}; sessions are not known here. Confined to one event loop but for {@link
 * io.howdah.gateway.pool.Permits}.
 */
@NullMarked
package io.howdah.gateway.pool;

import org.jspecify.annotations.NullMarked;
