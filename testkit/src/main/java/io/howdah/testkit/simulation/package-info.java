/**
 * The election core tried in a world that is worse than any real one and can be replayed: one seed decides every delay,
 * loss, crash and stall; time is virtual; a model of PostgreSQL keeps logs, timelines and acknowledgements; the invariants
 * of the protocol are checked as it runs.
 */
@NullMarked
package io.howdah.testkit.simulation;

import org.jspecify.annotations.NullMarked;
