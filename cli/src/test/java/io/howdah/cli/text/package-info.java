/** Tests of io.howdah.cli.text. */
@NullMarked
package io.howdah.cli.text;

import org.jspecify.annotations.NullMarked;
