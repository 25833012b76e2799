/** Tests of io.howdah.cli.command. */
@NullMarked
package io.howdah.cli.command;

import org.jspecify.annotations.NullMarked;
