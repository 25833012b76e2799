package io.howdah.server.node;

import io.howdah.kernel.election.Leadership;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeState;
import io.howdah.kernel.model.NodeStatus;
import io.howdah.kernel.quorum.StandbyName;
import io.howdah.postgres.process.Upstream;
import io.howdah.server.configuration.NodeConfiguration;
import io.howdah.server.configuration.RemotePrimary;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Whom this node streams from and whom it copies from, by what the peers say of themselves and what is wished of the nodes.
 * Any thread.
 */
final class Upstreams {
    private final NodeConfiguration config;
    private final PeerBook peers;
    private final Roster roster;
    private final Supplier<Optional<RemotePrimary>> remotePrimary;
    private final BooleanSupplier throughSlots;

    /**
     * @param remotePrimary what this cluster follows, if it follows another
     * @param throughSlots whether a standby streams through a replication slot of its own
     */
    Upstreams(
            NodeConfiguration config,
            PeerBook peers,
            Roster roster,
            Supplier<Optional<RemotePrimary>> remotePrimary,
            BooleanSupplier throughSlots) {
        this.config = config;
        this.peers = peers;
        this.roster = roster;
        this.remotePrimary = remotePrimary;
        this.throughSlots = throughSlots;
    }

    /** The leader, as its standby: under a name that carries the term. */
    Upstream leader(Leadership leadership) {
        NodeId leader = leadership.leader();
        NodeStatus status = known(leader);
        String name = new StandbyName(config.node(), leadership.term()).toString();
        Optional<String> slot =
                throughSlots.getAsBoolean() ? Optional.of(SlotKeeper.slotOf(config.node())) : Optional.empty();
        return at(status, name, slot);
    }

    /** The primary of the cluster that this one follows. */
    Upstream remote() {
        RemotePrimary primary = remotePrimary
                .get()
                .orElseThrow(() ->
                        new NodeException("this cluster follows no other any more", "it elects a leader of its own"));
        return unnamed(primary.host(), primary.port());
    }

    /** The node of this cluster that receives from the remote primary. */
    Upstream head(NodeId node) {
        NodeStatus status = known(node);
        return unnamed(status.host(), status.postgresPort());
    }

    /** Under a name that no cluster takes for one of its members': what this node confirms counts nowhere (trap T23). */
    private Upstream unnamed(String host, int port) {
        String name = "standby_%s_%s".formatted(config.clusterId(), config.node());
        return new Upstream(host, port, ManagedInstance.REPLICATION_ROLE, name, Optional.empty());
    }

    /** The standby that this node is to stream from, while it follows the same leader; nobody may count on its confirmations. */
    Optional<Upstream> cascade(Leadership leadership) {
        return roster.own()
                .upstream()
                .filter(node -> !node.equals(leadership.leader()))
                .flatMap(peers::lastHeard)
                .filter(status -> streamsFrom(status, leadership))
                .map(status ->
                        at(status, new StandbyName(config.node(), leadership.term()).toString(), Optional.empty()));
    }

    private boolean streamsFrom(NodeStatus status, Leadership leadership) {
        return status.state() == NodeState.STREAMING
                && status.leader().filter(leadership.leader()::equals).isPresent()
                && peers.present().contains(status);
    }

    /** Where to copy from: a node that is tagged for it, else the leader. */
    Upstream copySource(Leadership leadership, Upstream leader) {
        return peers.present().stream()
                .filter(status -> roster.tags(status.node()).cloneSource() && streamsFrom(status, leadership))
                .findFirst()
                .map(status -> at(status, leader.applicationName(), Optional.empty()))
                .orElse(leader);
    }

    /** The node that an operator named to copy from. */
    Upstream copySource(Leadership leadership, NodeId node) {
        if (node.equals(leadership.leader())) {
            return leader(leadership);
        }
        NodeStatus status = peers.lastHeard(node)
                .filter(found -> streamsFrom(found, leadership))
                .orElseThrow(() -> new NodeException(
                        "%s does not stream from %s and cannot be copied".formatted(node, leadership.leader()),
                        "copy from the leader: 'howdah node rebuild %s'".formatted(config.node())));
        return at(status, "howdah clone", Optional.empty());
    }

    private NodeStatus known(NodeId node) {
        return peers.lastHeard(node)
                .orElseThrow(() -> new NodeException(
                        "nobody told yet where %s listens".formatted(node), "it says so as soon as it is reached"));
    }

    private static Upstream at(NodeStatus status, String applicationName, Optional<String> slot) {
        return new Upstream(
                status.host(), status.postgresPort(), ManagedInstance.REPLICATION_ROLE, applicationName, slot);
    }
}
