package io.howdah.server.node;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.howdah.kernel.model.NodeState;
import io.howdah.kernel.model.NodeStatus;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Role;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * {@code /metrics} of a node in Prometheus' formats. Each scrape shows one status, so the series agree with each other. Beside
 * our own names stand Patroni's (its documentation, chapter "Monitoring"), so that dashboards and alerts made for it go on
 * working; what has no true equivalent here, such as the last word of an external store, is absent.
 */
final class NodeMetrics {
    private final String clusterName;
    private final Supplier<NodeStatus> self;
    private final ExpositionFormats formats = ExpositionFormats.init();

    NodeMetrics(String clusterName, Supplier<NodeStatus> self) {
        this.clusterName = clusterName;
        this.self = self;
    }

    void register(HttpRouting.Builder rules) {
        rules.get("/metrics", this::answer);
    }

    private void answer(ServerRequest request, ServerResponse response) throws IOException {
        String accepted = request.headers().first(HeaderNames.ACCEPT).orElse("");
        ExpositionFormatWriter writer = formats.findWriter(accepted);
        response.header("Content-Type", writer.getContentType());
        try (OutputStream out = response.outputStream()) {
            writer.write(out, collect(self.get()), EscapingScheme.UNDERSCORE_ESCAPING);
        }
    }

    MetricSnapshots collect(NodeStatus status) {
        Labels own = Labels.of(
                "cluster", clusterName,
                "cell", status.cell().value(),
                "node", status.node().value());
        Labels patroni = Labels.of("scope", clusterName, "name", status.node().value());
        return new MetricSnapshots(
                Stream.concat(ours(status, own), patroni(status, patroni)).toArray(GaugeSnapshot[]::new));
    }

    private static Stream<GaugeSnapshot> ours(NodeStatus status, Labels labels) {
        return Stream.of(
                gauge(
                        "howdah_cluster_term",
                        "The highest term that the node knows",
                        labels,
                        status.term().value()),
                gauge(
                        "howdah_cluster_has_leader",
                        "1 if the node follows a leader or is it",
                        labels,
                        status.leader().isPresent()),
                gauge(
                        "howdah_node_gate_open",
                        "1 if the node serves reads and writes as leader",
                        labels,
                        status.gateOpen()),
                gauge("howdah_node_voter", "1 if the node is a member of the newest rule", labels, status.voter()),
                oneHot("howdah_node_role", "The node's role", labels, "role", Role.values(), status.role()),
                oneHot(
                        "howdah_node_state",
                        "What the node is doing",
                        labels,
                        "state",
                        NodeState.values(),
                        status.state()),
                gauge(
                        "howdah_wal_position_bytes",
                        "The end of the durable log",
                        labels,
                        lsn(status).orElse(0)),
                gauge("howdah_node_timeline", "The timeline of the durable log", labels, timeline(status)),
                gauge(
                        "howdah_replication_lag_bytes",
                        "What a standby has not replayed yet",
                        labels,
                        status.lagBytes()));
    }

    private static Stream<GaugeSnapshot> patroni(NodeStatus status, Labels labels) {
        boolean primary = status.role() == Role.PRIMARY;
        boolean running = status.position().isPresent();
        boolean standby = running && !primary;
        double lsn = lsn(status).orElse(0);
        return Stream.of(
                gauge("patroni_postgres_running", "1 if PostgreSQL runs", labels, running),
                gauge("patroni_primary", "1 if the node is the leader", labels, primary),
                gauge("patroni_replica", "1 if the node is a standby", labels, standby),
                gauge("patroni_standby_leader", "1 if the node leads a standby cluster", labels, false),
                gauge(
                        "patroni_quorum_standby",
                        "1 if commits may be confirmed by this standby",
                        labels,
                        standby && status.voter()),
                gauge(
                        "patroni_postgres_streaming",
                        "1 if the standby streams",
                        labels,
                        standby && status.state() == NodeState.STREAMING),
                gauge("patroni_postgres_timeline", "The timeline of PostgreSQL", labels, timeline(status)),
                gauge(
                        "patroni_xlog_location",
                        "The end of the leader's log, 0 on a standby",
                        labels,
                        primary ? lsn : 0),
                gauge(
                        "patroni_xlog_received_location",
                        "What a standby has received, 0 on the leader",
                        labels,
                        primary ? 0 : lsn),
                gauge(
                        "patroni_xlog_replayed_location",
                        "What a standby has replayed, 0 on the leader",
                        labels,
                        primary ? 0 : Math.max(0, lsn - (double) status.lagBytes())),
                gauge(
                        "patroni_is_paused",
                        "1 if elections are paused",
                        labels,
                        status.pause().on()),
                gauge(
                        "patroni_cluster_unlocked",
                        "1 if the cluster has no leader",
                        labels,
                        status.leader().isEmpty()));
    }

    private static OptionalDouble lsn(NodeStatus status) {
        return status.position().map(Position::lsn).stream()
                .mapToDouble(lsn -> lsn.value())
                .findFirst();
    }

    private static double timeline(NodeStatus status) {
        return status.position()
                .map(position -> position.timeline().value())
                .orElse(0)
                .doubleValue();
    }

    private static GaugeSnapshot gauge(String name, String help, Labels labels, boolean value) {
        return gauge(name, help, labels, value ? 1.0 : 0.0);
    }

    private static GaugeSnapshot gauge(String name, String help, Labels labels, long value) {
        return gauge(name, help, labels, (double) value);
    }

    private static GaugeSnapshot gauge(String name, String help, Labels labels, double value) {
        return GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(point(labels, value))
                .build();
    }

    private static <E extends Enum<E>> GaugeSnapshot oneHot(
            String name, String help, Labels labels, String label, E[] values, E present) {
        GaugeSnapshot.Builder builder = GaugeSnapshot.builder().name(name).help(help);
        Arrays.stream(values)
                .forEach(value -> builder.dataPoint(
                        point(labels.add(label, value.name().toLowerCase(Locale.ROOT)), value == present ? 1 : 0)));
        return builder.build();
    }

    private static GaugeDataPointSnapshot point(Labels labels, double value) {
        return GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
    }
}
