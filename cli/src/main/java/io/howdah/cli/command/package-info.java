/**
 * The commands, one small class each. A run touches only the class of the command that was asked for.
 */
@NullMarked
package io.howdah.cli.command;

import org.jspecify.annotations.NullMarked;
