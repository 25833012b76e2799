/**
 * Who leads: the election as a pure state machine. It is told what happens ({@link io.howdah.kernel.election.Input}),
 * answers with what is to be done ({@link io.howdah.kernel.election.Effect}), and never touches a clock, a disk, a
 * network or a thread itself, so that a seeded simulator can try what no test of real servers could.
 */
@NullMarked
package io.howdah.kernel.election;

import org.jspecify.annotations.NullMarked;
