/** The targets of fuzzing with the inputs that they begin with, and some mutations of these. */
@NullMarked
package io.howdah.testkit.fuzz;

import org.jspecify.annotations.NullMarked;
