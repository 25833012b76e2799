/** Operators at work on a real cluster: nodes come, go, are rebuilt and tagged, and a majority is lost, all under load. */
@NullMarked
package io.howdah.testkit.lifecycle;

import org.jspecify.annotations.NullMarked;
