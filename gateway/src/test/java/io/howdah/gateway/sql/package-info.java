/** Tests of the package's decisions, without any server. */
@NullMarked
package io.howdah.gateway.sql;

import org.jspecify.annotations.NullMarked;
