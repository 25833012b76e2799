@NullMarked
package io.howdah.postgres.scram;

import org.jspecify.annotations.NullMarked;
