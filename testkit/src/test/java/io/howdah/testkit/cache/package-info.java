/** The query cache, with real processes. */
@NullMarked
package io.howdah.testkit.cache;

import org.jspecify.annotations.NullMarked;
