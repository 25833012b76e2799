/**
 * Which statements may go to a replica. A strict allow-list over the bytes of a statement: whatever is not certainly a read that gives
 * the same answer on a replica goes to the primary. {@link StatementClassifier} decides with what {@link NameTable} knows of the
 * database's functions, views and tables; {@link NameTables} fetches that from the servers and keeps it fresh.
 */
@NullMarked
package io.howdah.gateway.classify;

import org.jspecify.annotations.NullMarked;
