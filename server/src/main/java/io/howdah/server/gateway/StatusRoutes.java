package io.howdah.server.gateway;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.howdah.gateway.route.RouteSource;
import io.howdah.gateway.route.Routes;
import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.GatewayId;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeStatus;
import io.howdah.server.configuration.PeerEntry;
import io.howdah.server.http.Endpoint;
import io.howdah.server.http.HttpCaller;
import io.howdah.server.http.StatusStream;
import io.howdah.server.http.UnreachableException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the status streams of all nodes and keeps the picture of where statements may go. A node whose stream ends or falls
 * silent is out of the picture at once: it comes back with its next status.
 */
@ThreadSafe
public final class StatusRoutes implements RouteSource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StatusRoutes.class);
    private static final Duration CALL_LIMIT = Duration.ofSeconds(2);

    private final String cluster;
    private final GatewayId reader;
    private final String secret;
    private final HttpCaller caller = new HttpCaller(Duration.ofSeconds(1));
    private final List<Consumer<Routes>> listeners = new CopyOnWriteArrayList<>();

    @GuardedBy("streams")
    private final Map<PeerEntry, StatusStream> streams = new HashMap<>();

    @GuardedBy("this")
    private final Map<NodeId, NodeStatus> present = new HashMap<>();

    private volatile Routes current = Routes.NONE; // written under the lock, read by any thread

    /**
     * @param cluster by which name the gateway knows it
     * @param reader tells this process from every other that reads the nodes' status
     */
    public StatusRoutes(String cluster, GatewayId reader, String secret) {
        this.cluster = cluster;
        this.reader = reader;
        this.secret = secret;
    }

    /** Follows these nodes from now on: connects to those that are new and forgets those that are gone. */
    public void follow(ClusterId cluster, List<PeerEntry> nodes) {
        synchronized (streams) {
            List<PeerEntry> gone = streams.keySet().stream()
                    .filter(old -> nodes.stream().noneMatch(old::isSameAddress))
                    .toList();
            for (PeerEntry old : gone) {
                Optional.ofNullable(streams.remove(old)).ifPresent(StatusStream::close);
                change(statuses -> statuses.remove(old.node()));
            }
            for (PeerEntry node : nodes) {
                if (streams.keySet().stream().noneMatch(node::isSameAddress)) {
                    streams.put(node, open(cluster, node));
                }
            }
        }
    }

    private StatusStream open(ClusterId cluster, PeerEntry node) {
        Endpoint endpoint = new Endpoint(node.host(), node.apiPort(), secret);
        StatusStream.Target target = new StatusStream.Target(cluster, node.node(), endpoint, Optional.of(reader));
        return StatusStream.open(target, StatusStream.Timing.STANDARD, new StatusStream.Listener() {
            @Override
            public void onStatus(NodeStatus status) {
                change(statuses -> statuses.put(status.node(), status));
            }

            @Override
            public void onLost(boolean refused) {
                change(statuses -> statuses.remove(node.node()));
            }
        });
    }

    @Override
    public Routes current() {
        return current;
    }

    @Override
    public Subscription subscribe(Consumer<Routes> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public void drained(String drainId) {
        Thread.ofVirtual().name("drained").start(() -> confirm(drainId));
    }

    @Override
    public void close() {
        synchronized (streams) {
            streams.values().forEach(StatusStream::close);
        }
    }

    private void change(Consumer<Map<NodeId, NodeStatus>> mutation) {
        // Listeners are told under the lock so that pictures reach them in order; they return at once by contract.
        synchronized (this) {
            mutation.accept(present);
            Routes next = ClusterPicture.routes(cluster, present.values());
            if (!next.equals(current)) {
                if (!next.primary().equals(current.primary())) {
                    LOG.info(
                            "primary of {}: {} in term {}",
                            cluster,
                            next.primary().map(Object::toString).orElse("none"),
                            next.term());
                }
                current = next;
                listeners.forEach(listener -> listener.accept(next));
            }
        }
    }

    private void confirm(String drainId) {
        Optional<NodeStatus> leader;
        synchronized (this) {
            leader = ClusterPicture.leader(present.values());
        }
        leader.ifPresent(status -> {
            String body = "{\"gateway\":\"%s\",\"drain\":\"%s\"}".formatted(reader, drainId);
            try {
                caller.post(new Endpoint(status.host(), status.apiPort(), secret), "/v1/drained", body, CALL_LIMIT);
            } catch (UnreachableException e) {
                LOG.info("the drain could not be confirmed: {}", e.getMessage());
            }
        });
    }
}
