/** Tests of the query cache's own decisions. */
@NullMarked
package io.howdah.gateway.cache;

import org.jspecify.annotations.NullMarked;
