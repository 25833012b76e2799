/**
 * PostgreSQL instances that somebody else made: who runs them, how they were started, what is in them. Looks, stops and
 * starts again by the old means; what to make of an instance is decided elsewhere.
 */
@NullMarked
package io.howdah.postgres.adoption;

import org.jspecify.annotations.NullMarked;
