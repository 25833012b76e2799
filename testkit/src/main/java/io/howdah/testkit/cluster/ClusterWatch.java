package io.howdah.testkit.cluster;

import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeState;
import io.howdah.kernel.model.NodeStatus;
import io.howdah.kernel.model.Role;
import io.howdah.server.configuration.Secrets;
import io.howdah.server.http.Endpoint;
import io.howdah.server.http.StatusStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/**
 * Follows what every node says of itself, as gateways do, and remembers each word: what a test waits for, and afterwards the
 * trace from which it is shown that there was never a second leader. Thread-safe.
 */
public final class ClusterWatch implements AutoCloseable {
    /** One status and when it arrived. */
    public record Sighting(NodeStatus status, long atNanos) {}

    private final List<StatusStream> streams = new ArrayList<>();
    private final Map<String, NodeStatus> latest = new ConcurrentSkipListMap<>();
    private final Map<String, Boolean> present = new ConcurrentHashMap<>();
    private final List<Sighting> trace = new ArrayList<>();

    private ClusterWatch() {}

    /** Follows all nodes that the cluster has now; returns when each has spoken. */
    public static ClusterWatch of(LocalCluster cluster) {
        ClusterWatch watch = new ClusterWatch();
        String secret =
                Secrets.read(cluster.directory().resolve("secrets.yaml")).peerSecret();
        JsonNode status = cluster.status();
        ClusterId id = new ClusterId(status.path("cluster_id").stringValue());
        for (JsonNode node : status.path("nodes")) {
            watch.follow(
                    id,
                    node.path("id").stringValue(),
                    new Endpoint(
                            node.path("host").stringValue(),
                            node.path("api_port").intValue(),
                            secret));
        }
        int nodes = status.path("nodes").size();
        watch.await("every node speaks", w -> w.latest.size() == nodes);
        return watch;
    }

    private void follow(ClusterId cluster, String id, Endpoint endpoint) {
        StatusStream.Target target = new StatusStream.Target(cluster, new NodeId(id), endpoint);
        streams.add(StatusStream.open(target, StatusStream.Timing.STANDARD, new StatusStream.Listener() {
            @Override
            public void onStatus(NodeStatus status) {
                remember(status);
                latest.put(id, status);
                present.put(id, true);
            }

            @Override
            public void onLost(boolean refused) {
                present.put(id, false);
            }
        }));
    }

    private void remember(NodeStatus status) {
        synchronized (trace) {
            trace.add(new Sighting(status, System.nanoTime()));
        }
    }

    /** What was seen since the last call. */
    public List<Sighting> takeTrace() {
        synchronized (trace) {
            List<Sighting> taken = List.copyOf(trace);
            trace.clear();
            return taken;
        }
    }

    public List<String> nodes() {
        return List.copyOf(latest.keySet());
    }

    /** What the node said last, even if it is silent now. */
    public NodeStatus node(String id) {
        return Optional.ofNullable(latest.get(id)).orElseThrow(() -> new AssertionError("no node " + id));
    }

    /** Whether its process answers. */
    public boolean speaks(String id) {
        return present.getOrDefault(id, false);
    }

    /** The node that serves in the highest term, if one says so now. */
    public Optional<String> serving() {
        return latest.values().stream()
                .filter(status -> status.gateOpen() && speaks(status.node().value()))
                .max(java.util.Comparator.comparing(NodeStatus::term))
                .map(status -> status.node().value());
    }

    /** @throws AssertionError when nobody serves */
    public String leader() {
        return serving().orElseThrow(() -> new AssertionError("nobody serves: " + describe()));
    }

    public List<String> standbys() {
        String leader = leader();
        return nodes().stream().filter(node -> !node.equals(leader)).toList();
    }

    public long term() {
        return latest.values().stream()
                .mapToLong(status -> status.term().value())
                .max()
                .orElse(0);
    }

    public boolean isHealthy() {
        Optional<String> leader = serving();
        return leader.isPresent() && nodes().stream().allMatch(id -> speaks(id) && isFine(node(id), leader.get()));
    }

    private static boolean isFine(NodeStatus status, String leader) {
        boolean leads = status.node().value().equals(leader);
        boolean placed = leads
                ? status.state() == NodeState.SERVING
                : status.role() == Role.STANDBY && status.state() == NodeState.STREAMING;
        return placed
                && status.voter()
                && status.leader().map(NodeId::value).filter(leader::equals).isPresent();
    }

    public void awaitHealthy(Duration limit) {
        await("all nodes healthy", limit, ClusterWatch::isHealthy);
    }

    public void await(String what, Predicate<ClusterWatch> condition) {
        await(what, Duration.ofSeconds(30), condition);
    }

    public void await(String what, Duration limit, Predicate<ClusterWatch> condition) {
        try {
            Awaitility.await(what)
                    .atMost(limit)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> condition.test(this));
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            throw new AssertionError("not seen within %d s: %s; %s".formatted(limit.toSeconds(), what, describe()), e);
        }
    }

    /** One line per node, for messages. */
    public String describe() {
        StringBuilder text = new StringBuilder();
        latest.forEach((id, status) -> text.append("%s%s is %s/%s term %s%s%s; "
                .formatted(
                        id,
                        speaks(id) ? "" : " (silent)",
                        status.role(),
                        status.state(),
                        status.term(),
                        status.gateOpen() ? " open" : "",
                        status.reason().isEmpty() ? "" : " (" + status.reason() + ")")));
        return text.toString();
    }

    @Override
    public void close() {
        streams.forEach(StatusStream::close);
    }
}
