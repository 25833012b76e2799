package io.howdah.bench.gateway;

import io.howdah.bench.Figures;
import io.howdah.testkit.cluster.LocalCluster;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * Reads on replicas: nine reads for each write, through the port that sends every statement to the primary and through the one that
 * sends reads to replicas, on three nodes. Where the machine has fewer processors than nodes, replicas give no more throughput: then the
 * shares of the nodes and what a query costs the gateway are what counts.
 */
final class SplitSection {
    private static final int CLIENTS = 16;
    private static final String READ = """
            \\set aid random(1, 100000 * :scale)
            SELECT abalance FROM pgbench_accounts WHERE aid = :aid;
            """;
    private static final String WRITE = """
            \\set aid random(1, 100000 * :scale)
            \\set delta random(-5000, 5000)
            UPDATE pgbench_accounts SET abalance = abalance + :delta WHERE aid = :aid;
            """;

    private final int rounds;
    private final int seconds;
    private final PrintStream out;
    private final PrintStream progress;

    SplitSection(int rounds, int seconds, PrintStream out, PrintStream progress) {
        this.rounds = rounds;
        this.seconds = seconds;
        this.out = out;
        this.progress = progress;
    }

    /** A cluster of its own: the others run on one node. */
    void run() throws Exception {
        Path scripts = Files.createTempDirectory("howdah-split-");
        Path read = Files.writeString(scripts.resolve("read.sql"), READ);
        Path write = Files.writeString(scripts.resolve("write.sql"), WRITE);
        try (LocalCluster cluster = LocalCluster.up()) {
            JsonNode status = cluster.awaitHealthy();
            String leader = cluster.leader().orElseThrow();
            String cell = cluster.node(leader).path("cell").stringValue();
            long pid = gateway(status, cell);
            Way primary = way(cluster, "read_write", "rw", cell, pid);
            Way split = way(cluster, "auto", "auto", cell, pid);
            Pgbench.initialize(primary);
            List<String> options =
                    List.of("-s", "" + Pgbench.SCALE, "-f", read + "@9", "-f", write + "@1", "-M", "prepared");
            Pgbench.load(split, CLIENTS, seconds, options);
            compare(cluster, List.of(primary, split), options);
        } finally {
            Files.delete(read);
            Files.delete(write);
            Files.delete(scripts);
        }
    }

    private static Way way(LocalCluster cluster, String name, String role, String cell, long pid) {
        return new Way(name, URI.create(cluster.dsn(role, cell)), new Usage(pid));
    }

    private static long gateway(JsonNode status, String cell) {
        for (JsonNode gateway : status.path("gateways")) {
            if (gateway.path("cell").stringValue().equals(cell)) {
                return gateway.path("pid").longValue();
            }
        }
        throw new IllegalStateException("no gateway in " + cell);
    }

    private void compare(LocalCluster cluster, List<Way> ways, List<String> options) throws Exception {
        Map<String, Figures> rates = new TreeMap<>();
        Map<String, Figures> costs = new TreeMap<>();
        Map<String, Map<String, Long>> shares = new TreeMap<>();
        for (int round = 0; round < rounds; round++) {
            for (Way way : ways) {
                Map<String, Long> before = queries(cluster);
                double used = way.usage().processorSeconds();
                Pgbench.Result result = Pgbench.load(way, CLIENTS, seconds, options);
                if (!result.failure().isEmpty()) {
                    throw new IllegalStateException(way.name() + ": " + result.failure());
                }
                used = way.usage().processorSeconds() - used;
                rates.computeIfAbsent(way.name(), _ -> new Figures()).add(result.perSecond());
                costs.computeIfAbsent(way.name(), _ -> new Figures()).add(used * 1e6 / result.transactions());
                queries(cluster)
                        .forEach((node, count) -> shares.computeIfAbsent(way.name(), _ -> new TreeMap<>())
                                .merge(node, count - before.getOrDefault(node, 0L), Long::sum));
                progress.printf("split, round %d, %s: %s%n", round + 1, way.name(), result);
            }
        }
        out.printf(
                "%n| 90 %% reads, %d clients, 3 nodes, %d processors | tx/s | gateway's processor, µs | shares of the nodes |%n",
                CLIENTS, Runtime.getRuntime().availableProcessors());
        out.println("|---|---|---|---|");
        for (Way way : ways) {
            out.printf(
                    Locale.ROOT,
                    "| port %s | %.0f | %.1f | %s |%n",
                    way.name(),
                    rates.getOrDefault(way.name(), new Figures()).median(),
                    costs.getOrDefault(way.name(), new Figures()).median(),
                    words(shares.getOrDefault(way.name(), Map.of())));
        }
    }

    private static String words(Map<String, Long> shares) {
        long all =
                Math.max(1, shares.values().stream().mapToLong(Long::longValue).sum());
        return String.join(
                ", ",
                shares.entrySet().stream()
                        .map(share -> "%s %d %%".formatted(share.getKey(), Math.round(100.0 * share.getValue() / all)))
                        .toList());
    }

    /** How many transactions each node's database has counted. */
    private static Map<String, Long> queries(LocalCluster cluster) throws SQLException {
        Map<String, Long> counts = new TreeMap<>();
        for (Map.Entry<String, String> node : cluster.directUris().entrySet()) {
            try (Connection connection = DriverManager.getConnection(node.getValue());
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(
                            "SELECT sum(idx_scan) FROM pg_stat_user_tables" + " WHERE relname = 'pgbench_accounts'")) {
                row.next();
                counts.put(node.getKey(), row.getLong(1));
            }
        }
        return counts;
    }
}
