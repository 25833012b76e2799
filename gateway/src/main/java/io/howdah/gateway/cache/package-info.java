/**
 * Answers of the primary that are given again: kept by text, parameters, role and settings, and dropped as soon as the write-ahead log
 * says that one of the tables beneath has changed, whoever changed it. {@link ChangeWatch} follows the log of the primary, {@link
 * ChangeLedger} keeps the books of it, {@link QueryCache} the answers. Off unless it is configured.
 */
@NullMarked
package io.howdah.gateway.cache;

import org.jspecify.annotations.NullMarked;
