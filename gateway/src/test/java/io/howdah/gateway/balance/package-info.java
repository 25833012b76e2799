/** Tests of the choice of replicas. */
@NullMarked
package io.howdah.gateway.balance;

import org.jspecify.annotations.NullMarked;
