package io.howdah.server.node;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.howdah.kernel.election.Envelope;
import io.howdah.kernel.model.NodeId;
import io.howdah.server.configuration.PeerEntry;
import io.howdah.server.http.StatusStream;
import io.howdah.server.peer.PeerJson;
import io.howdah.server.peer.PeerSender;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The connections to the other nodes: a stream of messages to each and the stream of statuses from each. They come and go
 * with the roster.
 */
@ThreadSafe
final class PeerLinks implements AutoCloseable {
    private record Link(PeerEntry peer, PeerSender sender, StatusStream stream) {
        void close() {
            stream.close();
            sender.close();
        }
    }

    private final NodeId self;
    private final PeerJson json;
    private final Function<PeerEntry, PeerSender> senders;
    private final Function<PeerEntry, StatusStream> streams;

    @GuardedBy("this")
    private final Map<NodeId, Link> links = new HashMap<>();

    PeerLinks(
            NodeId self,
            PeerJson json,
            Function<PeerEntry, PeerSender> senders,
            Function<PeerEntry, StatusStream> streams) {
        this.self = self;
        this.json = json;
        this.senders = senders;
        this.streams = streams;
    }

    /** Connects to whom is new, and lets go of whom is gone or has moved. */
    synchronized void follow(List<PeerEntry> peers) {
        links.values().removeIf(link -> {
            boolean gone = peers.stream().noneMatch(link.peer()::isSameAddress);
            if (gone) {
                link.close();
            }
            return gone;
        });
        for (PeerEntry peer : peers) {
            if (!peer.node().equals(self) && !links.containsKey(peer.node())) {
                links.put(peer.node(), new Link(peer, senders.apply(peer), streams.apply(peer)));
            }
        }
    }

    void send(Envelope envelope) {
        link(envelope.to()).ifPresent(link -> link.sender().send(json.write(envelope)));
    }

    private synchronized Optional<Link> link(NodeId node) {
        return Optional.ofNullable(links.get(node));
    }

    @Override
    public synchronized void close() {
        links.values().forEach(Link::close);
        links.clear();
    }
}
