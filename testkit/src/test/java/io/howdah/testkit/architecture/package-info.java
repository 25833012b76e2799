/** The house rules that a compiler cannot check, as tests. */
@NullMarked
package io.howdah.testkit.architecture;

import org.jspecify.annotations.NullMarked;
