package io.howdah.kernel.model;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What one node says of itself, several times a second: the only thing that gateways, admin and people ever learn the
 * leader from. Statuses of one node are ordered by {@code sequence}; statuses of two nodes by {@code term}.
 *
 * @param cluster the cluster that the node belongs to
 * @param node who speaks
 * @param cell where it stands
 * @param sequence rises with each status of one node process
 * @param term the highest term that the node has promised or seen in its own log
 * @param leader whom the node follows, itself included
 * @param role primary or standby; a stopped PostgreSQL is a standby
 * @param state what the node is doing
 * @param reason why, in words for a person; empty when there is nothing to explain
 * @param gateOpen true only on a leader whose barrier is acknowledged and whose lease is fresh
 * @param drain set while the leader asks gateways to hold statements: the identifier they confirm
 * @param successor set while the leader is about to hand over: gateways connect there in advance
 * @param position how far the durable log reaches, absent while PostgreSQL is down
 * @param lagBytes how far the standby's replay is behind the leader as this node last heard of it; 0 on a leader
 * @param voter whether the node is a member of the newest rule in its own log
 * @param members the members of that rule
 * @param processId of the node's own process
 * @param postgresProcessId of the postmaster, 0 while there is none
 * @param host where both listen
 * @param postgresPort port of PostgreSQL
 * @param apiPort port of the node's HTTP interface
 * @param dataDirectory the node's PGDATA
 * @param tags what its operator wishes of it
 * @param pendingRestart the settings of its PostgreSQL that wait for a restart
 * @param logicalSlots the logical replication slots of its PostgreSQL
 * @param addressGrants which gateway the node lets carry each virtual address
 * @param pause the newest word on pausing elections that the node has heard
 */
public record NodeStatus(
        ClusterId cluster,
        NodeId node,
        Cell cell,
        long sequence,
        Term term,
        Optional<NodeId> leader,
        Role role,
        NodeState state,
        String reason,
        boolean gateOpen,
        Optional<String> drain,
        Optional<NodeId> successor,
        Optional<Position> position,
        long lagBytes,
        boolean voter,
        SortedSet<NodeId> members,
        long processId,
        long postgresProcessId,
        String host,
        int postgresPort,
        int apiPort,
        String dataDirectory,
        NodeTags tags,
        List<String> pendingRestart,
        List<LogicalSlot> logicalSlots,
        List<AddressGrant> addressGrants,
        Pause pause) {
    public NodeStatus {
        pendingRestart = List.copyOf(pendingRestart);
        logicalSlots = List.copyOf(logicalSlots);
        addressGrants = List.copyOf(addressGrants);
        members = Collections.unmodifiableSortedSet(new TreeSet<>(members));
    }

    /** What a gateway confirms, as it confirms a drain, when its connections to a successor stand. */
    public static String preparation(NodeId successor) {
        return "prepared for " + successor;
    }
}
