/** Clusters that follow other clusters. */
@NullMarked
package io.howdah.testkit.standby;

import org.jspecify.annotations.NullMarked;
