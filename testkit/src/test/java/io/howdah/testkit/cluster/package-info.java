/** Tests that need the whole program: real processes, real PostgreSQL, real signals. */
@NullMarked
package io.howdah.testkit.cluster;

import org.jspecify.annotations.NullMarked;
