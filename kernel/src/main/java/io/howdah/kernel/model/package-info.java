/**
 * The words of the product as immutable values: who exists, who leads, how far each copy of the log reaches.
 *
 * <p>Nothing here performs I/O, reads a clock or starts a thread.
 */
@NullMarked
package io.howdah.kernel.model;

import org.jspecify.annotations.NullMarked;
