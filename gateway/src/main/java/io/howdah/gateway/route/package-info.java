/**
 * Where sessions may go: an immutable picture of the cluster as the gateway sees it, and the seam through which it arrives.
 */
@NullMarked
package io.howdah.gateway.route;

import org.jspecify.annotations.NullMarked;
