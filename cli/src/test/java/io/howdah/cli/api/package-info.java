/** Tests of io.howdah.cli.api. */
@NullMarked
package io.howdah.cli.api;

import org.jspecify.annotations.NullMarked;
