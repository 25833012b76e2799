/**
 * The command line: finds the command that was meant, runs it, and turns whatever happens into output and an exit
 * code. It knows the Admin API and the files of a local cluster, never the server.
 */
@NullMarked
package io.howdah.cli;

import org.jspecify.annotations.NullMarked;
