package io.howdah.kernel.address;

import io.howdah.kernel.model.NodeId;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How things stand at one node.
 *
 * @param sequence of the request
 * @param members those of the newest rule in the node's log: whose majority it belongs to
 * @param granted whether the asking gateway has this node's grant, anew from this request on
 * @param holder who has this node's grant
 * @param freeAfterMillis when the node can grant the address to somebody new; 0 at once
 * @param candidates who would carry the address, the asking gateway among them if it would
 */
public record AddressAnswer(
        NodeId node,
        long sequence,
        SortedSet<NodeId> members,
        boolean granted,
        Optional<Contestant> holder,
        long freeAfterMillis,
        List<Candidate> candidates) {
    public AddressAnswer {
        members = Collections.unmodifiableSortedSet(new TreeSet<>(members));
        candidates = List.copyOf(candidates);
    }

    /** @param healthyMillis for how long it has been heard without a gap */
    public record Candidate(Contestant who, long healthyMillis) {}
}
