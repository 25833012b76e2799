/** What operators do to a cluster that goes on serving meanwhile. */
@NullMarked
package io.howdah.testkit.maintenance;

import org.jspecify.annotations.NullMarked;
