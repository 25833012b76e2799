/** The model's arithmetic and notation. */
@NullMarked
package io.howdah.kernel.model;

import org.jspecify.annotations.NullMarked;
