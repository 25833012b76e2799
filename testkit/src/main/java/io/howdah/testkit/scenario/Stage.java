package io.howdah.testkit.scenario;

import io.howdah.kernel.model.NodeStatus;
import io.howdah.server.configuration.Secrets;
import io.howdah.testkit.cluster.ClusterWatch;
import io.howdah.testkit.cluster.JdbcUri;
import io.howdah.testkit.cluster.LocalCluster;
import io.howdah.testkit.fault.Partition;
import io.howdah.testkit.fault.Processes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** A cluster to be broken, and the tools for it. One scenario at a time. */
public final class Stage implements AutoCloseable {
    private final LocalCluster cluster;
    private final Secrets secrets;
    private final ClusterWatch watch;
    private final Invariants invariants;
    private final List<String> gateways = new ArrayList<>();
    private final List<String> readers = new ArrayList<>();
    private final SequencedMap<String, Object> figures = new TreeMap<>();
    private final Map<String, List<String>> agents = new TreeMap<>();
    private final int patience;
    private Optional<Partition> partition = Optional.empty();

    private Stage(LocalCluster cluster, int patience) {
        this.cluster = cluster;
        this.patience = patience;
        this.secrets = Secrets.read(cluster.directory().resolve("secrets.yaml"));
        this.watch = ClusterWatch.of(cluster);
        this.invariants = new Invariants(cluster, watch);
        for (JsonNode gateway : cluster.status().path("gateways")) {
            gateways.add(endpoint(gateway, "read_write"));
            readers.add(endpoint(gateway, "read_only"));
        }
        for (String node : watch.nodes()) {
            agents.put(node, Processes.command(watch.node(node).processId()));
        }
    }

    private String endpoint(JsonNode gateway, String role) {
        return "postgresql://postgres:%s@127.0.0.1:%d/postgres"
                .formatted(
                        secrets.postgresPassword(),
                        gateway.path("ports").path(role).intValue());
    }

    /** Brings up a cluster of three nodes. */
    public static Stage open() {
        return open(1);
    }

    /**
     * The same.
     *
     * @param patience so many times longer than is promised may writes be impossible: on a machine that has other things to do
     */
    static Stage open(int patience) {
        Partition.prepare();
        return on(LocalCluster.up(), patience);
    }

    /** A cluster that is up; it is closed with the stage. */
    public static Stage on(LocalCluster cluster) {
        return on(cluster, 1);
    }

    private static Stage on(LocalCluster cluster, int patience) {
        Stage stage = new Stage(cluster, patience);
        stage.watch.awaitHealthy(Duration.ofSeconds(60));
        return stage;
    }

    int patience() {
        return patience;
    }

    public LocalCluster cluster() {
        return cluster;
    }

    public ClusterWatch watch() {
        return watch;
    }

    Secrets secrets() {
        return secrets;
    }

    /** The URIs of all gateways' read-write ports. */
    List<String> gateways() {
        return List.copyOf(gateways);
    }

    /** A JDBC URI to the first gateway's read-write port. */
    String writing() {
        return JdbcUri.of(gateways.getFirst());
    }

    /** JDBC URIs to all gateways' read-only ports. */
    List<String> reading() {
        return readers.stream().map(JdbcUri::of).toList();
    }

    /** A JDBC URI straight to the node's PostgreSQL. */
    public String direct(String node) {
        return JdbcUri.of("postgresql://postgres:%s@127.0.0.1:%d/postgres"
                .formatted(secrets.postgresPassword(), watch.node(node).postgresPort()));
    }

    Path data(String node) {
        return cluster.directory().resolve("data").resolve(node);
    }

    /** What is worth a line in the report. */
    void figure(String name, Object value) {
        figures.put(name, value);
    }

    SequencedMap<String, Object> takeFigures() {
        SequencedMap<String, Object> taken = new TreeMap<>(figures);
        figures.clear();
        return taken;
    }

    /** Needs a sandbox. */
    public Partition partition() {
        if (partition.isEmpty()) {
            List<Partition.Node> nodes = watch.nodes().stream()
                    .map(watch::node)
                    .map(node -> new Partition.Node(node.node().value(), List.of(node.postgresPort(), node.apiPort())))
                    .toList();
            partition = Optional.of(new Partition(cluster.directory(), nodes));
        }
        return partition.get();
    }

    public long postmaster(String node) {
        long pid = watch.node(node).postgresProcessId();
        Expect.that(pid != 0, "%s has no PostgreSQL: %s", node, watch.describe());
        return pid;
    }

    public long agent(String node) {
        return watch.node(node).processId();
    }

    void freezePostgres(String node) {
        Processes.freezeTree(postmaster(node));
    }

    /** Power off: the node's process and all of its PostgreSQL. */
    public void killNode(String node) {
        NodeStatus status = watch.node(node);
        Processes.kill(status.processId());
        if (status.postgresProcessId() != 0) {
            Processes.killTree(status.postgresProcessId());
        }
    }

    /** Starts whatever does not run. */
    public void restartMissing() {
        cluster.upAgain();
    }

    /** Starts one node's process as admin did, and nothing else. */
    void startAgent(String node) {
        startAgent(node, Map.of());
    }

    void startAgent(String node, Map<String, String> environment) {
        Path log = cluster.directory().resolve("logs").resolve(node + ".log");
        Processes.startDetached(agents.getOrDefault(node, List.of()), environment, log);
        watch.await(node + " speaks", watch -> watch.speaks(node));
    }

    /** The node's promise is about to be replaced by an older one. */
    void tamperWithPromise(String node) {
        invariants.pardon(node);
    }

    /** After a scenario: everything that is broken by intention is mended, and the cluster must become well by itself. */
    void settle() throws Exception {
        mend();
        if (!watch.nodes().stream().allMatch(watch::speaks)) {
            restartMissing();
        }
        watch.awaitHealthy(Duration.ofSeconds(60));
        invariants.check(this);
    }

    /** Takes back what does not end by itself: partitions and frozen processes. */
    void mend() {
        partition.ifPresent(Partition::heal);
        for (String node : watch.nodes()) {
            NodeStatus status = watch.node(node);
            Processes.thawTree(status.processId());
            if (status.postgresProcessId() != 0) {
                Processes.thawTree(status.postgresProcessId());
            }
        }
    }

    @Override
    public void close() {
        partition.ifPresent(Partition::close);
        watch.close();
        cluster.close();
    }
}
