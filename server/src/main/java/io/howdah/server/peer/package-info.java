/**
 * How nodes talk to each other: one long-lived stream of messages per direction and pair.
 *
 * <p>A stream's sudden end is itself news: a process that was killed closes its connections at once, long before any
 * silence could be noticed.
 */
@NullMarked
package io.howdah.server.peer;

import org.jspecify.annotations.NullMarked;
