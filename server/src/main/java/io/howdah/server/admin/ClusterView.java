package io.howdah.server.admin;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeStatus;
import io.howdah.server.admin.NodeView.Link;
import io.howdah.server.configuration.ClusterConfiguration;
import io.howdah.server.configuration.ClusterConfiguration.NodeEntry;
import io.howdah.server.http.Endpoint;
import io.howdah.server.http.StatusStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Listens to the status streams of a cluster's nodes and remembers the last word of each.
 *
 * <p>The streams' threads write, any thread reads immutable snapshots.
 */
@ThreadSafe
final class ClusterView implements AutoCloseable {
    private static final class Followed {
        private NodeEntry entry;
        private Optional<StatusStream> stream = Optional.empty();
        private Optional<NodeStatus> last = Optional.empty();
        private Link link = Link.UNHEARD;
        private long heardNanos;

        private Followed(NodeEntry entry) {
            this.entry = entry;
        }
    }

    private final LongSupplier nanoClock;
    private final StatusStream.Timing timing;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private final Map<NodeId, Followed> nodes = new LinkedHashMap<>();

    @GuardedBy("lock")
    private Optional<ClusterConfiguration> configuration = Optional.empty();

    @GuardedBy("lock")
    private long version;

    ClusterView(LongSupplier nanoClock, StatusStream.Timing timing) {
        this.nanoClock = nanoClock;
        this.timing = timing;
    }

    /** Listens to the nodes of this configuration from now on; does nothing when it does so already. */
    void follow(ClusterConfiguration wanted, String peerSecret) {
        lock.lock();
        try {
            if (configuration.filter(wanted::equals).isPresent()) {
                return;
            }
            Map<NodeId, Followed> before = new LinkedHashMap<>(nodes);
            nodes.clear();
            boolean sameCluster = configuration
                    .filter(old -> old.id().equals(wanted.id()) && old.host().equals(wanted.host()))
                    .isPresent();
            configuration = Optional.of(wanted);
            for (NodeEntry entry : wanted.nodes()) {
                Followed known = before.get(entry.id());
                if (known != null && sameCluster && known.entry.apiPort() == entry.apiPort()) {
                    known.entry = entry;
                    nodes.put(entry.id(), known);
                    before.remove(entry.id());
                    continue;
                }
                Followed followed = new Followed(entry);
                Endpoint endpoint = new Endpoint(wanted.host(), entry.apiPort(), peerSecret);
                StatusStream.Target target = new StatusStream.Target(wanted.id(), entry.id(), endpoint);
                nodes.put(entry.id(), followed);
                followed.stream = Optional.of(StatusStream.open(target, timing, listener(followed)));
            }
            before.values().forEach(gone -> gone.stream.ifPresent(StatusStream::close));
        } finally {
            lock.unlock();
        }
    }

    Optional<ClusterConfiguration> configuration() {
        lock.lock();
        try {
            return configuration;
        } finally {
            lock.unlock();
        }
    }

    /** @param running the names of the processes that run */
    ClusterSnapshot snapshot(Set<String> running) {
        lock.lock();
        try {
            long now = nanoClock.getAsLong();
            List<NodeView> views = new ArrayList<>();
            for (Followed node : nodes.values()) {
                views.add(new NodeView(
                        node.entry,
                        node.link,
                        node.last,
                        Duration.ofNanos(now - node.heardNanos),
                        running.contains(node.entry.id().value())));
            }
            return new ClusterSnapshot(
                    views,
                    configuration.flatMap(ClusterConfiguration::standbyOf).isPresent());
        } finally {
            lock.unlock();
        }
    }

    /** Waits until each node has said something or is known to be away, at most as long as told. */
    void awaitFirstWord(Duration patience) throws InterruptedException {
        lock.lock();
        try {
            long remainingNanos = patience.toNanos();
            while (nodes.values().stream().anyMatch(node -> node.link == Link.UNHEARD) && remainingNanos > 0) {
                remainingNanos = changed.awaitNanos(remainingNanos);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Rises with everything that is heard. */
    long version() {
        lock.lock();
        try {
            return version;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for news after the given version, at most as long as told. */
    void awaitNews(long seenVersion, Duration patience) throws InterruptedException {
        lock.lock();
        try {
            long remainingNanos = patience.toNanos();
            while (version == seenVersion && remainingNanos > 0) {
                remainingNanos = changed.awaitNanos(remainingNanos);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closeStreams();
            configuration = Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void closeStreams() {
        nodes.values().forEach(node -> node.stream.ifPresent(StatusStream::close));
        nodes.clear();
    }

    private StatusStream.Listener listener(Followed node) {
        return new StatusStream.Listener() {
            @Override
            public void onStatus(NodeStatus status) {
                lock.lock();
                try {
                    node.last = Optional.of(status);
                    node.heardNanos = nanoClock.getAsLong();
                    node.link = Link.CONNECTED;
                    version++;
                    changed.signalAll();
                } finally {
                    lock.unlock();
                }
            }

            @Override
            public void onLost(boolean refused) {
                lock.lock();
                try {
                    node.link = refused ? Link.REFUSED : Link.SILENT;
                    version++;
                    changed.signalAll();
                } finally {
                    lock.unlock();
                }
            }
        };
    }
}
