@NullMarked
package io.howdah.postgres.replication;

import org.jspecify.annotations.NullMarked;
