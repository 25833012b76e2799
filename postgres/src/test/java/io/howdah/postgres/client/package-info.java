@NullMarked
package io.howdah.postgres.client;

import org.jspecify.annotations.NullMarked;
