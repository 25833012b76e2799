/** Tests of io.howdah.cli.local. */
@NullMarked
package io.howdah.cli.local;

import org.jspecify.annotations.NullMarked;
