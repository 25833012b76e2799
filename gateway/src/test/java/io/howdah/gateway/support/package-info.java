/** Real servers, a cluster picture that tests can redraw, and a client that speaks bytes. */
@NullMarked
package io.howdah.gateway.support;

import org.jspecify.annotations.NullMarked;
