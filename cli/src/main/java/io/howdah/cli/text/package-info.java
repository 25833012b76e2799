/**
 * What people read: the terminal, tables, units, progress and the form of errors.
 */
@NullMarked
package io.howdah.cli.text;

import org.jspecify.annotations.NullMarked;
