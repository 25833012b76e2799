package io.howdah.server.http;

import io.howdah.kernel.model.Cell;
import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.LogicalSlot;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeState;
import io.howdah.kernel.model.NodeStatus;
import io.howdah.kernel.model.NodeTags;
import io.howdah.kernel.model.Pause;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Role;
import io.howdah.kernel.model.Term;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Statuses for tests. */
public final class Statuses {
    public static final ClusterId CLUSTER = new ClusterId("0123456789abcdef");

    private Statuses() {}

    public static NodeStatus leader(String node, long term) {
        return status(node, term, node, Role.PRIMARY, NodeState.SERVING, true, 5451);
    }

    public static NodeStatus standby(String node, long term, String leader) {
        return status(node, term, leader, Role.STANDBY, NodeState.STREAMING, false, 5451);
    }

    /** The same node with these logical replication slots. */
    public static NodeStatus withSlots(NodeStatus status, List<LogicalSlot> slots) {
        return new NodeStatus(
                status.cluster(),
                status.node(),
                status.cell(),
                status.sequence(),
                status.term(),
                status.leader(),
                status.role(),
                status.state(),
                status.reason(),
                status.gateOpen(),
                status.drain(),
                status.successor(),
                status.position(),
                status.lagBytes(),
                status.voter(),
                status.members(),
                status.processId(),
                status.postgresProcessId(),
                status.host(),
                status.postgresPort(),
                status.apiPort(),
                status.dataDirectory(),
                status.tags(),
                status.pendingRestart(),
                slots,
                status.addressGrants(),
                status.pause());
    }

    public static NodeStatus status(
            String node, long term, String leader, Role role, NodeState state, boolean gateOpen, int apiPort) {
        return new NodeStatus(
                CLUSTER,
                new NodeId(node),
                new Cell("zone1"),
                1,
                new Term(term),
                Optional.of(leader).filter(name -> !name.isEmpty()).map(NodeId::new),
                role,
                state,
                "",
                gateOpen,
                Optional.empty(),
                Optional.empty(),
                Optional.of(Position.of((int) term + 1, "0/3000148")),
                0,
                true,
                new TreeSet<>(List.of(new NodeId("node1"), new NodeId("node2"), new NodeId("node3"))),
                4711,
                4712,
                "127.0.0.1",
                5441,
                apiPort,
                "/data/" + node + "/pgdata",
                NodeTags.NONE,
                List.of(),
                List.of(),
                List.of(),
                Pause.NEVER);
    }
}
