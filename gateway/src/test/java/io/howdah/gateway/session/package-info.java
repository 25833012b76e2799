/** Tests of the package's decisions, without any server. */
@NullMarked
package io.howdah.gateway.session;

import org.jspecify.annotations.NullMarked;
