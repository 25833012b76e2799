package io.howdah.kernel.election;

import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Term;

/**
 * A message on its way.
 *
 * @param cluster whose nodes are speaking; a stranger's envelope is dropped unread
 * @param from who speaks; the driver must have authenticated it
 * @param to whom it is for
 * @param term the highest term that the sender has promised, durably
 */
public record Envelope(ClusterId cluster, NodeId from, NodeId to, Term term, Message message) {}
