/**
 * Which replica a read may go to: how far each has replayed, how old a read a session accepts, and the choice among those that will do.
 * The choice is pure; {@link PositionWatch} and its threads find out the positions.
 */
@NullMarked
package io.howdah.gateway.balance;

import org.jspecify.annotations.NullMarked;
