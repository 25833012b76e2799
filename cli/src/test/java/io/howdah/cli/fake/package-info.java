/** Stand-ins for what the command line talks to, and a way to run it inside a test. */
@NullMarked
package io.howdah.cli.fake;

import org.jspecify.annotations.NullMarked;
