@NullMarked
package io.howdah.postgres.process;

import org.jspecify.annotations.NullMarked;
