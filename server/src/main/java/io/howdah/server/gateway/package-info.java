/** The gateway as a process: where it learns the leader from, and how its parts are configured. */
@NullMarked
package io.howdah.server.gateway;

import org.jspecify.annotations.NullMarked;
