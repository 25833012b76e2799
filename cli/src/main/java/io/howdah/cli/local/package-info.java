/**
 * The files and processes of a local cluster as the command line sees them: the directory, the configuration, who
 * runs, and the admin process that it starts and stops.
 */
@NullMarked
package io.howdah.cli.local;

import org.jspecify.annotations.NullMarked;
