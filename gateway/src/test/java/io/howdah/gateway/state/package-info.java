/** Tests of the package's decisions, without any server. */
@NullMarked
package io.howdah.gateway.state;

import org.jspecify.annotations.NullMarked;
