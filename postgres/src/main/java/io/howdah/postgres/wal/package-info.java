/**
 * Reads PostgreSQL's write-ahead log as it is streamed to standbys: which transactions change which relations, and how they end. Only
 * what {@code access/xlogrecord.h}, {@code xlog_internal.h}, {@code heapam_xlog.h} and {@code xact.h} lay down for versions 14 to 18 is
 * interpreted; the rows themselves are not.
 */
@NullMarked
package io.howdah.postgres.wal;

import org.jspecify.annotations.NullMarked;
