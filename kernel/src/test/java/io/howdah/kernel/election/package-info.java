/** The parts of the election core that can be looked at alone. */
@NullMarked
package io.howdah.kernel.election;

import org.jspecify.annotations.NullMarked;
