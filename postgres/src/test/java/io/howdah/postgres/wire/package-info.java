@NullMarked
package io.howdah.postgres.wire;

import org.jspecify.annotations.NullMarked;
