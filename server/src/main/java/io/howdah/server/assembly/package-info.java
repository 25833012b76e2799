/**
 * One hand-written assembly per process: the only package that sees all others, and the place to read who talks to whom.
 */
@NullMarked
package io.howdah.server.assembly;

import org.jspecify.annotations.NullMarked;
