/**
 * Takes over a PostgreSQL instance that somebody made by hand, without copying it: what stands in the way, which of its
 * settings stay, and how it gets back to what it was when something fails.
 */
@NullMarked
package io.howdah.server.adoption;

import org.jspecify.annotations.NullMarked;
