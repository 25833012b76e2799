/**
 * A small client of the Admin API and of the nodes: HTTP over a plain socket, JSON as immutable values. It exists
 * because start-up counts: the HTTP client of the JDK and a mapper would each cost more than the whole command.
 */
@NullMarked
package io.howdah.cli.api;

import org.jspecify.annotations.NullMarked;
