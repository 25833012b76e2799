package io.howdah.server.gateway;

import io.howdah.gateway.cache.CacheStatistics;
import io.howdah.gateway.console.GatewayControl;
import io.howdah.gateway.metrics.GatewayReport;
import io.howdah.gateway.metrics.GatewayReport.ClientState;
import io.howdah.gateway.metrics.QueryReport;
import io.howdah.gateway.metrics.SessionCounters;
import io.howdah.gateway.metrics.Traffic.Totals;
import io.howdah.gateway.route.Backend;
import io.howdah.gateway.route.Routes;
import io.howdah.kernel.address.AddressPhase;
import io.howdah.server.address.AddressView;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * What {@code /metrics} of a gateway shows: one {@link GatewayReport} for each scrape, so that the series agree with each other. Beside our
 * own names stand those of pgbouncer_exporter (its README, "Metrics"), so that dashboards and alerts made for it go on working; what has
 * no true equivalent here is absent.
 */
public final class GatewayMetrics {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final long REPORT_LIMIT_SECONDS = 5;
    private static final int TOP_QUERIES = 20;

    private final String cell;
    private final String gateway;
    private final Labels own;
    private final GatewayControl control;
    private final Supplier<SessionCounters.Snapshot> counters;
    private volatile Supplier<Optional<AddressView>> address = Optional::empty;

    public GatewayMetrics(
            String clusterName,
            String cell,
            String gateway,
            GatewayControl control,
            Supplier<SessionCounters.Snapshot> counters) {
        this.cell = cell;
        this.gateway = gateway;
        this.own = of(clusterName);
        this.control = control;
        this.counters = counters;
    }

    /** From now on the virtual address that the gateway shares is told of as well. */
    public void show(Supplier<Optional<AddressView>> shared) {
        address = shared;
    }

    /** Asks the event loops; waits for them. */
    MetricSnapshots collect() throws InterruptedException {
        try {
            return collect(
                    control.report().get(REPORT_LIMIT_SECONDS, TimeUnit.SECONDS),
                    control.queries().get(REPORT_LIMIT_SECONDS, TimeUnit.SECONDS),
                    counters.get(),
                    control.clusters());
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the event loops did not answer: " + e.getMessage(), e);
        }
    }

    MetricSnapshots collect(
            GatewayReport report, QueryReport queries, SessionCounters.Snapshot counts, Map<String, Routes> clusters) {
        List<MetricSnapshot> all = new ArrayList<>();
        sessions(report, counts, all);
        servers(report, all);
        clusters(clusters, all);
        pools(report, all);
        traffic(report, all);
        address.get().ifPresent(view -> address(view, all));
        queries(queries, all);
        CacheStatistics cache = control.cache();
        if (cache.isOn()) {
            new CacheMetrics(own).add(cache, all);
        }
        return new MetricSnapshots(all);
    }

    private void sessions(GatewayReport report, SessionCounters.Snapshot counts, List<MetricSnapshot> all) {
        GaugeSnapshot.Builder clients = GaugeSnapshot.builder()
                .name("howdah_gateway_clients")
                .help("Clients that are logged in, by what they do");
        for (ClientState state : ClientState.values()) {
            long number = report.clients().stream()
                    .filter(client -> client.state() == state)
                    .count();
            clients.dataPoint(gauge(own.add("state", state.name().toLowerCase(Locale.ROOT)), number));
        }
        all.add(clients.build());
        GaugeSnapshot.Builder pinned = GaugeSnapshot.builder()
                .name("howdah_gateway_pinned_clients")
                .help("Clients that keep their server connection between transactions, by reason");
        Map<String, Integer> reasons = new TreeMap<>();
        report.clients().forEach(client -> client.pins().forEach(pin -> reasons.merge(pin, 1, Integer::sum)));
        reasons.forEach((reason, number) -> pinned.dataPoint(gauge(own.add("reason", reason), number)));
        all.add(pinned.build());
        Map<String, Long> events = new TreeMap<>(Map.of(
                "login", counts.logins(),
                "refused_login", counts.refusedLogins(),
                "hold", counts.holds(),
                "hold_timeout", counts.holdTimeouts(),
                "wait", counts.waits(),
                "wait_timeout", counts.waitTimeouts(),
                "move", counts.moves(),
                "backend_loss", counts.backendLosses(),
                "unknown_outcome", counts.unknownOutcomes(),
                "retryable_outcome", counts.retryableOutcomes()));
        events.putAll(Map.of(
                "unconfirmed_commit", counts.unconfirmedCommits(),
                "broken_reply", counts.brokenReplies(),
                "protocol_violation", counts.protocolViolations(),
                "internal_error", counts.internalErrors(),
                "cancel", counts.cancels(),
                "replay_failure", counts.replayFailures(),
                "lost_listener", counts.lostListeners(),
                "replica_read", counts.replicaReads(),
                "read_retried", counts.readsRetried()));
        CounterSnapshot.Builder counted =
                CounterSnapshot.builder().name("howdah_gateway_events").help("What happened to sessions");
        events.forEach((event, number) -> counted.dataPoint(counter(own.add("event", event), number)));
        all.add(counted.build());
    }

    private void servers(GatewayReport report, List<MetricSnapshot> all) {
        CounterSnapshot.Builder requests = CounterSnapshot.builder()
                .name("howdah_gateway_server_requests")
                .help("Requests that a node has served for this gateway");
        report.requests().forEach((place, number) -> requests.dataPoint(counter(node(place), number)));
        all.add(requests.build());
        GaugeSnapshot.Builder connections = GaugeSnapshot.builder()
                .name("howdah_gateway_server_connections")
                .help("Connections to a node, by whether a client has them");
        Map<Backend, long[]> byPlace = new LinkedHashMap<>();
        report.servers()
                .forEach(
                        server -> byPlace.computeIfAbsent(server.place(), _ -> new long[2])[server.active() ? 0 : 1]++);
        byPlace.forEach((place, numbers) -> {
            connections.dataPoint(gauge(node(place).add("state", "active"), numbers[0]));
            connections.dataPoint(gauge(node(place).add("state", "idle"), numbers[1]));
        });
        all.add(connections.build());
    }

    /** One series for each cluster whose databases the gateway serves. */
    private void clusters(Map<String, Routes> clusters, List<MetricSnapshot> all) {
        GaugeSnapshot.Builder primaries =
                GaugeSnapshot.builder().name("howdah_gateway_has_primary").help("1 if there is a primary");
        GaugeSnapshot.Builder replicas =
                GaugeSnapshot.builder().name("howdah_gateway_replicas").help("Replicas that may serve reads");
        clusters.forEach((cluster, routes) -> {
            primaries.dataPoint(gauge(of(cluster), routes.primary().isPresent() ? 1 : 0));
            replicas.dataPoint(gauge(of(cluster), routes.replicas().size()));
        });
        all.add(primaries.build());
        all.add(replicas.build());
    }

    private void address(AddressView view, List<MetricSnapshot> all) {
        Labels labels = own.add("address", view.address());
        all.add(GaugeSnapshot.builder()
                .name("howdah_gateway_virtual_address")
                .help("1 if the gateway carries the virtual address")
                .dataPoint(gauge(labels, view.phase() == AddressPhase.HOLDING ? 1 : 0))
                .build());
        all.add(CounterSnapshot.builder()
                .name("howdah_gateway_virtual_address_taken")
                .help("How often the gateway has begun to carry the virtual address")
                .dataPoint(counter(labels, (double) view.taken()))
                .build());
    }

    /** Few of them, and their texts are for the console: labels are kept by whoever scrapes. */
    private void queries(QueryReport report, List<MetricSnapshot> all) {
        CounterSnapshot.Builder calls = CounterSnapshot.builder()
                .name("howdah_gateway_top_query_calls")
                .help("Requests, for the statements that took most of the time; SHOW QUERIES has their texts");
        CounterSnapshot.Builder seconds = CounterSnapshot.builder()
                .name("howdah_gateway_top_query_seconds")
                .help("What these statements took");
        CounterSnapshot.Builder errors = CounterSnapshot.builder()
                .name("howdah_gateway_top_query_errors")
                .help("How often these statements failed");
        report.queries().stream().limit(TOP_QUERIES).forEach(query -> {
            Labels labels = own.merge(Labels.of(
                    "query_id", Long.toHexString(query.key()), "database", query.database(), "user", query.user()));
            calls.dataPoint(counter(labels, (double) query.totals().calls()));
            seconds.dataPoint(counter(labels, query.totals().totalNanos() / NANOS_PER_SECOND));
            errors.dataPoint(counter(labels, (double) query.totals().errors()));
        });
        all.add(calls.build());
        all.add(seconds.build());
        all.add(errors.build());
    }

    private Labels of(String cluster) {
        return Labels.of("cluster", cluster, "cell", cell, "gateway", gateway);
    }

    private Labels node(Backend place) {
        return of(place.cluster()).add("node", place.node().value());
    }

    // ---- pgbouncer_exporter's names

    private record Sums(long active, long waiting, double maximumWait, long serving, long idle, long opening) {}

    private static void pools(GatewayReport report, List<MetricSnapshot> all) {
        Map<Labels, Sums> pools = new LinkedHashMap<>();
        report.clients().forEach(client -> {
            boolean waits = client.state() == ClientState.WAITING;
            add(
                    pools,
                    Labels.of("database", client.database(), "user", client.user()),
                    new Sums(waits ? 0 : 1, waits ? 1 : 0, client.waitNanos() / NANOS_PER_SECOND, 0, 0, 0));
        });
        report.pools()
                .forEach(pool -> add(
                        pools,
                        Labels.of("database", pool.database(), "user", pool.user()),
                        new Sums(0, 0, 0, pool.active(), pool.idle(), pool.opening())));
        all.add(gauges("pgbouncer_pools_client_active_connections", "Clients that do not wait", pools, Sums::active));
        all.add(gauges(
                "pgbouncer_pools_client_waiting_connections", "Clients that wait for a server", pools, Sums::waiting));
        all.add(gauges(
                "pgbouncer_pools_client_maxwait_seconds",
                "For how long the first of them has been waiting",
                pools,
                Sums::maximumWait));
        all.add(gauges(
                "pgbouncer_pools_server_active_connections",
                "Server connections that clients have",
                pools,
                Sums::serving));
        all.add(gauges(
                "pgbouncer_pools_server_idle_connections", "Server connections that nobody has", pools, Sums::idle));
        all.add(gauges(
                "pgbouncer_pools_server_login_connections",
                "Server connections that are being opened",
                pools,
                Sums::opening));
    }

    private static void add(Map<Labels, Sums> pools, Labels labels, Sums more) {
        pools.merge(
                labels,
                more,
                (one, other) -> new Sums(
                        one.active + other.active,
                        one.waiting + other.waiting,
                        Math.max(one.maximumWait, other.maximumWait),
                        one.serving + other.serving,
                        one.idle + other.idle,
                        one.opening + other.opening));
    }

    private static GaugeSnapshot gauges(
            String name, String help, Map<Labels, Sums> pools, ToDoubleFunction<Sums> value) {
        GaugeSnapshot.Builder builder = GaugeSnapshot.builder().name(name).help(help);
        pools.forEach((labels, sums) -> builder.dataPoint(gauge(labels, value.applyAsDouble(sums))));
        return builder.build();
    }

    private static void traffic(GatewayReport report, List<MetricSnapshot> all) {
        Map<String, Totals> traffic = new TreeMap<>(report.traffic());
        all.add(counters("pgbouncer_stats_queries_pooled", "Requests", traffic, Totals::queries));
        all.add(counters("pgbouncer_stats_sql_transactions_pooled", "Transactions", traffic, Totals::transactions));
        all.add(counters("pgbouncer_stats_received_bytes", "Bytes from clients", traffic, Totals::receivedBytes));
        all.add(counters("pgbouncer_stats_sent_bytes", "Bytes to clients", traffic, Totals::sentBytes));
        all.add(counters(
                "pgbouncer_stats_queries_duration_seconds",
                "Seconds from requests to their answers",
                traffic,
                totals -> totals.queryNanos() / NANOS_PER_SECOND));
        all.add(counters(
                "pgbouncer_stats_server_in_transaction_seconds",
                "Seconds from the beginning of transactions to their end",
                traffic,
                totals -> totals.transactionNanos() / NANOS_PER_SECOND));
        all.add(counters(
                "pgbouncer_stats_client_wait_seconds",
                "Seconds that clients waited for a server",
                traffic,
                totals -> totals.waitNanos() / NANOS_PER_SECOND));
        all.add(GaugeSnapshot.builder()
                .name("pgbouncer_up")
                .help("1: the gateway answers")
                .dataPoint(gauge(Labels.EMPTY, 1))
                .build());
    }

    private static CounterSnapshot counters(
            String name, String help, Map<String, Totals> traffic, ToDoubleFunction<Totals> value) {
        CounterSnapshot.Builder builder = CounterSnapshot.builder().name(name).help(help);
        traffic.forEach((database, totals) ->
                builder.dataPoint(counter(Labels.of("database", database), value.applyAsDouble(totals))));
        return builder.build();
    }

    private static GaugeDataPointSnapshot gauge(Labels labels, long value) {
        return gauge(labels, (double) value);
    }

    private static GaugeDataPointSnapshot gauge(Labels labels, double value) {
        return GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
    }

    private static CounterDataPointSnapshot counter(Labels labels, double value) {
        return CounterDataPointSnapshot.builder().labels(labels).value(value).build();
    }
}
