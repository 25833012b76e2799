/**
 * The files of a local cluster's directory: where each stands, what it holds, and how it is read and replaced.
 *
 * <p>Reading never stops at the first mistake: all of a file's problems are reported together, each with its line and what to
 * do. Writing is atomic: a reader sees the old file or the new one, also after a crash.
 */
@NullMarked
package io.howdah.server.configuration;

import org.jspecify.annotations.NullMarked;
