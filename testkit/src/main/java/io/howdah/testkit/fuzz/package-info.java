/**
 * Everything of Howdah that reads bytes from strangers, as targets for coverage-guided fuzzing: each takes any bytes and fails when something
 * happens that the code under test does not promise. Run with their seeds by the tests, for longer by {@code bench/run fuzz}.
 */
@NullMarked
package io.howdah.testkit.fuzz;

import org.jspecify.annotations.NullMarked;
