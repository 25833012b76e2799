/**
 * Programs that measure the product on this machine and print what they measured. Each has a {@code main}; docs and README
 * quote only what these print.
 */
@NullMarked
package io.howdah.bench;

import org.jspecify.annotations.NullMarked;
