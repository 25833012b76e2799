package io.howdah.kernel.model;

import java.util.Optional;

/**
 * What a node has sworn, kept on disk outside PGDATA and made durable before any reply that depends on it.
 *
 * @param cluster the cluster that the oath belongs to
 * @param node who swore
 * @param systemIdentifier of the PostgreSQL data that the oath is about; 0 until there is data
 * @param term no leader of a lower term will get an acknowledgement from this node again
 * @param round the one attempt of that term that this node supports; two coordinators may pick the same term
 * @param coordinator who asked for it
 * @param reservedTimeline the highest timeline that any promised election meant to use
 * @param acceptedTerm the term of the last leader that this node followed or was
 * @param acceptedLeader that leader
 * @param floor while set, the node does not vote before its log has passed this position: its data was rewound or
 *     restored and may miss records that it once confirmed
 * @param operation a change of the data directory that had begun; found after a crash, the directory cannot be trusted
 */
public record Promise(
        ClusterId cluster,
        NodeId node,
        long systemIdentifier,
        Term term,
        long round,
        Optional<NodeId> coordinator,
        TimelineId reservedTimeline,
        Term acceptedTerm,
        Optional<NodeId> acceptedLeader,
        Optional<Position> floor,
        Operation operation) {
    /** What was being done to the data directory. */
    public enum Operation {
        NONE,
        INITIALIZE,
        CLONE,
        REWIND
    }

    public static Promise initial(ClusterId cluster, NodeId node) {
        return new Promise(
                cluster,
                node,
                0,
                Term.ZERO,
                0,
                Optional.empty(),
                TimelineId.FIRST,
                Term.ZERO,
                Optional.empty(),
                Optional.empty(),
                Operation.NONE);
    }

    /** This promise with the oath to support one attempt of a term. */
    public Promise swearing(Term toTerm, long inRound, NodeId toCoordinator, TimelineId timeline) {
        return new Promise(
                cluster,
                node,
                systemIdentifier,
                toTerm,
                inRound,
                Optional.of(toCoordinator),
                TimelineId.max(reservedTimeline, timeline),
                acceptedTerm,
                acceptedLeader,
                floor,
                operation);
    }

    /** This promise with the leader that the node now follows or is. */
    public Promise accepting(Term leaderTerm, NodeId leader) {
        return new Promise(
                cluster,
                node,
                systemIdentifier,
                term,
                round,
                coordinator,
                reservedTimeline,
                leaderTerm,
                Optional.of(leader),
                floor,
                operation);
    }

    /** This promise with what is known of the data directory. */
    public Promise withData(long identifier, Optional<Position> newFloor, Operation underWay) {
        return new Promise(
                cluster,
                node,
                identifier,
                term,
                round,
                coordinator,
                reservedTimeline,
                acceptedTerm,
                acceptedLeader,
                newFloor,
                underWay);
    }
}
