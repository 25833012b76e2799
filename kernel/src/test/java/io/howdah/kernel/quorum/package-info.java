/** Majorities, tried on all small sets. */
@NullMarked
package io.howdah.kernel.quorum;

import org.jspecify.annotations.NullMarked;
