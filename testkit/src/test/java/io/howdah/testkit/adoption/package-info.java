/** Instances that were made by hand become nodes. */
@NullMarked
package io.howdah.testkit.adoption;

import org.jspecify.annotations.NullMarked;
