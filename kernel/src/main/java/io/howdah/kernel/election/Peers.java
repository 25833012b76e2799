package io.howdah.kernel.election;

import io.howdah.kernel.model.NodeId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the other nodes last said, and whether they can be heard at all. */
final class Peers {
    private static final class Peer {
        private long heardMillis;
        private boolean refused;
        private Optional<Message.Status> status = Optional.empty();
    }

    private final Map<NodeId, Peer> peers = new HashMap<>();

    void heard(NodeId node, long nowMillis) {
        Peer peer = peers.computeIfAbsent(node, absent -> new Peer());
        peer.heardMillis = nowMillis;
        peer.refused = false;
    }

    void says(NodeId node, Message.Status status) {
        peers.computeIfAbsent(node, absent -> new Peer()).status = Optional.of(status);
    }

    void lost(NodeId node, boolean refused) {
        peers.computeIfAbsent(node, absent -> new Peer()).refused = refused;
    }

    /** The process is known to be gone. */
    boolean isRefused(NodeId node) {
        Peer peer = peers.get(node);
        return peer != null && peer.refused;
    }

    boolean isHeardSince(NodeId node, long sinceMillis) {
        Peer peer = peers.get(node);
        return peer != null && !peer.refused && peer.status.isPresent() && peer.heardMillis >= sinceMillis;
    }

    Optional<Message.Status> status(NodeId node) {
        Peer peer = peers.get(node);
        return peer == null ? Optional.empty() : peer.status;
    }
}
