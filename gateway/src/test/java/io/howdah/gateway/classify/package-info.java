/** Tests of the classification of statements. */
@NullMarked
package io.howdah.gateway.classify;

import org.jspecify.annotations.NullMarked;
