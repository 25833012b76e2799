/** Howdah beside the programs that people already run: what was configured for Patroni goes on working. */
@NullMarked
package io.howdah.testkit.ecosystem;

import org.jspecify.annotations.NullMarked;
