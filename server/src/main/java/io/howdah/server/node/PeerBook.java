package io.howdah.server.node;

import com.google.errorprone.annotations.ThreadSafe;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What each peer last said of itself; entries of peers that went away stay until they speak again. */
@ThreadSafe
final class PeerBook {
    private final Map<NodeId, NodeStatus> latest = new ConcurrentHashMap<>();
    private final Map<NodeId, Boolean> present = new ConcurrentHashMap<>();
    private final Set<NodeId> refused = ConcurrentHashMap.newKeySet();

    void heard(NodeStatus status) {
        latest.put(status.node(), status);
        present.put(status.node(), true);
        refused.remove(status.node());
    }

    void lost(NodeId peer, boolean isRefused) {
        present.put(peer, false);
        if (isRefused) {
            refused.add(peer);
        } else {
            refused.remove(peer);
        }
    }

    /** Forgets the nodes that are gone for good. */
    void keepOnly(Set<NodeId> nodes) {
        latest.keySet().retainAll(nodes);
        present.keySet().retainAll(nodes);
        refused.retainAll(nodes);
    }

    /** Those at whose address nobody listens, as of the last attempt. */
    Collection<NodeId> refused() {
        return List.copyOf(refused);
    }

    /** The peer's address and state as last heard, even if it is away now. */
    Optional<NodeStatus> lastHeard(NodeId peer) {
        return Optional.ofNullable(latest.get(peer));
    }

    /** What the peer says now; empty while it is away. */
    Optional<NodeStatus> speaking(NodeId peer) {
        return present.getOrDefault(peer, false) ? lastHeard(peer) : Optional.empty();
    }

    /** Those that speak now. */
    Collection<NodeStatus> present() {
        List<NodeStatus> statuses = new ArrayList<>();
        latest.forEach((node, status) -> {
            if (present.getOrDefault(node, false)) {
                statuses.add(status);
            }
        });
        return statuses;
    }
}
