/** Plays the quick scenarios in every build. */
@NullMarked
package io.howdah.testkit.scenario;

import org.jspecify.annotations.NullMarked;
