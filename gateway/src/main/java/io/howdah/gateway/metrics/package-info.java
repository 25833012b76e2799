/**
 * What happened, counted: read by whoever watches the gateway. Safe on every thread.
 */
@NullMarked
package io.howdah.gateway.metrics;

import org.jspecify.annotations.NullMarked;
