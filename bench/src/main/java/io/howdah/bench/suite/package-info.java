/**
 * Test suites that others wrote for PostgreSQL and its drivers, run straight to a server and then through a gateway in front of it.
 * What counts is what comes out the same. Differences that are expected are listed, each with its reason, in files beside the
 * programs; any other fails the run.
 */
@NullMarked
package io.howdah.bench.suite;

import org.jspecify.annotations.NullMarked;
