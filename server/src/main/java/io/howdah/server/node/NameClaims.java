package io.howdah.server.node;

import com.google.errorprone.annotations.ThreadSafe;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeStatus;
import io.howdah.server.peer.Sender;
import java.util.Optional;

/**
 * Two processes may call themselves by one node's name, as when a directory was copied with its secrets. The node is the one that answers
 * at the address in the configuration; nobody else is listened to, or two promises could be sworn under one name.
 */
@ThreadSafe
final class NameClaims {
    private final PeerBook peers;

    NameClaims(PeerBook peers) {
        this.peers = peers;
    }

    /**
     * Why a process is not the node that it says it is; empty when nothing speaks against it.
     *
     * @param process as {@link Sender#process} writes it; empty when it did not say
     */
    Optional<String> objection(NodeId name, String process) {
        return peers.speaking(name)
                .map(NameClaims::process)
                .filter(known -> !known.equals(process))
                .map(known ->
                        "another process is %s: %s answers where %s is configured to be, %s sends under its name. Stop the one that is not %s, or give it a name of its own with 'howdah node add'."
                                .formatted(name, known, name, process.isEmpty() ? "somebody else" : process, name));
    }

    private static String process(NodeStatus status) {
        return new Sender(status.node(), status.processId(), status.host(), status.apiPort()).process();
    }
}
