/**
 * Puts the program together as it is installed: its jars, the argument file that starts each role, and the start-up
 * caches. Runs once at the end of the build and is not part of the installed program.
 */
@NullMarked
package io.howdah.dist;

import org.jspecify.annotations.NullMarked;
