/** As whom, and how protected, the gateway itself speaks to servers when it asks what all of its clients need. */
@NullMarked
package io.howdah.gateway.service;

import org.jspecify.annotations.NullMarked;
