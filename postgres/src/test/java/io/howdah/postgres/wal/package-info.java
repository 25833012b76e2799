/** The log is read from real servers. */
@NullMarked
package io.howdah.postgres.wal;

import org.jspecify.annotations.NullMarked;
