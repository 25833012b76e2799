/** The simulator run over many seeds, and made to prove that it would notice a broken protocol. */
@NullMarked
package io.howdah.testkit.simulation;

import org.jspecify.annotations.NullMarked;
