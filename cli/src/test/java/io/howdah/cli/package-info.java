/** Tests of the command line as a whole. */
@NullMarked
package io.howdah.cli;

import org.jspecify.annotations.NullMarked;
