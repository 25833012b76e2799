/**
 * Runs PostgreSQL as a process and tends its data directory: finds the programs, initializes, starts as a standby,
 * promotes, stops, rewinds, and reads what the server left on disk.
 *
 * <p>All calls block; give each node one thread for them. Nothing here decides who leads.
 */
@NullMarked
package io.howdah.postgres.process;

import org.jspecify.annotations.NullMarked;
