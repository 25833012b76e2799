/** Tests of the assembly. */
@NullMarked
package io.howdah.dist;

import org.jspecify.annotations.NullMarked;
