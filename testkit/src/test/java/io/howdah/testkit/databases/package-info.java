/** Databases of several clusters behind one gateway. */
@NullMarked
package io.howdah.testkit.databases;

import org.jspecify.annotations.NullMarked;
