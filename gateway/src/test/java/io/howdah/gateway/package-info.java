/** The gateway from outside, on real PostgreSQL. */
@NullMarked
package io.howdah.gateway;

import org.jspecify.annotations.NullMarked;
