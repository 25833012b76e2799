/**
 * Arithmetic of majorities: how many standbys a commit needs, which setting of PostgreSQL's synchronous standbys is safe
 * while the members change, and the names by which a standby's acknowledgement counts. Pure functions.
 */
@NullMarked
package io.howdah.kernel.quorum;

import org.jspecify.annotations.NullMarked;
