package io.howdah.kernel.election;

import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Term;
import io.howdah.kernel.model.TimelineId;

/**
 * All that a standby needs in order to follow.
 *
 * @param term in which the leader was elected
 * @param leader who leads
 * @param timeline on which it writes
 * @param branchedAt where that timeline left its parent; a log that reaches further on the parent has diverged, and one that ends on it
 *     before is a prefix, since one node writes on a timeline
 */
public record Leadership(Term term, NodeId leader, TimelineId timeline, Position branchedAt) {}
