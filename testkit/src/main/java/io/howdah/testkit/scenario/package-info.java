/**
 * What the cluster has to survive, each as a play of its own: a {@link io.howdah.testkit.scenario.Scenario} breaks a real
 * cluster on a {@link io.howdah.testkit.scenario.Stage} under load, and is passed only when nothing that was acknowledged is
 * missing anywhere and the trace of terms, timelines and members breaks no invariant.
 */
@NullMarked
package io.howdah.testkit.scenario;

import org.jspecify.annotations.NullMarked;
