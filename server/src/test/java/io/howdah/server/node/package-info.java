/** The parts of a node that need no PostgreSQL. */
@NullMarked
package io.howdah.server.node;

import org.jspecify.annotations.NullMarked;
