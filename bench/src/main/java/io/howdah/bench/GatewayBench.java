package io.howdah.bench;

import io.howdah.testkit.cluster.LocalCluster;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * What a statement costs on its way: {@code pgbench -S} at scale 10 over SCRAM, straight to the server, through the distribution's
 * PgBouncer and through a gateway, in turn, round after round. Prints transactions per second, the ratio to PgBouncer's, and what the
 * proxy's process used of the processor for each transaction.
 *
 * <p>{@code GatewayBench [rounds] [seconds]}
 */
public final class GatewayBench {
    private static final int SCALE = 10;
    private static final int COLD_SECONDS = 5;
    private static final int WARM_UP_SECONDS = 20;
    private static final int[] CLIENTS = {1, 8, 64};
    private static final List<String> PROTOCOLS = List.of("simple", "extended", "prepared");
    private static final Pattern RATE = Pattern.compile("tps = ([0-9.]+)");
    private static final Pattern COUNT = Pattern.compile("transactions actually processed: ([0-9]+)");
    private static final Pattern LATENCY = Pattern.compile("latency average = ([0-9.]+) ms");
    private static final double TICKS_PER_SECOND = 100;

    private enum Way {
        DIRECT,
        PGBOUNCER,
        GATEWAY
    }

    /** @param pid whose processor time is counted; 0 for nobody's */
    private record Target(int port, long pid) {}

    /** @param failure what pgbench said when it failed, else empty */
    private record Run(double perSecond, double microsecondsOfProcessor, double latencyMillis, String failure) {}

    private final URI server;
    private final Map<Way, Target> targets;
    private final PrintStream out;

    private GatewayBench(URI server, Map<Way, Target> targets, PrintStream out) {
        this.server = server;
        this.targets = targets;
        this.out = out;
    }

    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
        int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        if (!PgBouncerPeer.isInstalled()) {
            System.err.println("error: this compares with PgBouncer; install it: apt-get install pgbouncer");
            System.exit(2);
        }
        try (LocalCluster cluster = LocalCluster.up("--nodes", "1")) {
            JsonNode status = cluster.awaitHealthy();
            JsonNode node = status.path("nodes").path(0);
            JsonNode gateway = status.path("gateways").path(0);
            URI dsn = URI.create(cluster.dsn("rw", gateway.path("cell").stringValue()));
            URI direct = URI.create(dsn.toString()
                    .replace(":" + dsn.getPort() + "/", ":" + node.path("port").intValue() + "/"));
            try (PgBouncerPeer peer = PgBouncerPeer.start(direct)) {
                Map<Way, Target> targets = new EnumMap<>(Way.class);
                targets.put(Way.DIRECT, new Target(direct.getPort(), 0));
                targets.put(Way.PGBOUNCER, new Target(peer.port(), peer.pid()));
                targets.put(
                        Way.GATEWAY,
                        new Target(dsn.getPort(), gateway.path("pid").longValue()));
                new GatewayBench(direct, targets, System.out).run(rounds, seconds);
            }
        }
    }

    private void run(int rounds, int seconds) throws Exception {
        out.printf(
                "pgbench -S, scale %d, %s; one server, 20 connections; medians of %d runs of %d s; %d processors%n%n",
                SCALE,
                PgBouncerPeer.version(),
                rounds,
                seconds,
                Runtime.getRuntime().availableProcessors());
        pgbench(Way.DIRECT, "-i", "-q", "-s", "" + SCALE);
        Run cold = measure(Way.GATEWAY, "simple", 8, COLD_SECONDS);
        out.printf(
                Locale.ROOT,
                "gateway, cold, the first %d s of 8 clients: %.0f/s, %.1f µs of processor each%n%n",
                COLD_SECONDS,
                cold.perSecond,
                cold.microsecondsOfProcessor);
        for (String protocol : PROTOCOLS) {
            measure(Way.GATEWAY, protocol, 16, WARM_UP_SECONDS / PROTOCOLS.size());
        }
        out.println(
                "| protocol | clients | direct /s | PgBouncer /s | gateway /s | ratio | latency added, µs: PgBouncer,"
                        + " gateway | processor µs: PgBouncer, gateway | ratio |");
        out.println("|---|---|---|---|---|---|---|---|---|");
        for (String protocol : PROTOCOLS) {
            for (int clients : CLIENTS) {
                compare(protocol, clients, rounds, seconds);
            }
        }
    }

    private void compare(String protocol, int clients, int rounds, int seconds) throws Exception {
        Map<Way, List<Run>> runs = new EnumMap<>(Way.class);
        for (int round = 0; round < rounds; round++) {
            for (Way way : Way.values()) {
                Run run = measure(way, protocol, clients, seconds);
                System.err.printf("%s %d %s: %s%n", protocol, clients, way, run);
                runs.computeIfAbsent(way, _ -> new ArrayList<>()).add(run);
            }
        }
        Run direct = median(runs.getOrDefault(Way.DIRECT, List.of()));
        Run peer = median(runs.getOrDefault(Way.PGBOUNCER, List.of()));
        Run gateway = median(runs.getOrDefault(Way.GATEWAY, List.of()));
        boolean comparable = peer.failure.isEmpty();
        out.printf(
                Locale.ROOT,
                "| %s | %d | %.0f | %s | %s | %s | %s, %s | %s, %s | %s |%n",
                protocol,
                clients,
                direct.perSecond,
                comparable ? "%.0f".formatted(peer.perSecond) : "fails: " + peer.failure,
                gateway.failure.isEmpty() ? "%.0f".formatted(gateway.perSecond) : "fails: " + gateway.failure,
                comparable ? "%.2f".formatted(gateway.perSecond / peer.perSecond) : "",
                comparable ? "%.0f".formatted(1000 * (peer.latencyMillis - direct.latencyMillis)) : "-",
                "%.0f".formatted(1000 * (gateway.latencyMillis - direct.latencyMillis)),
                comparable ? "%.1f".formatted(peer.microsecondsOfProcessor) : "-",
                "%.1f".formatted(gateway.microsecondsOfProcessor),
                comparable ? "%.2f".formatted(gateway.microsecondsOfProcessor / peer.microsecondsOfProcessor) : "");
    }

    private static Run median(List<Run> runs) {
        Figures rates = new Figures();
        Figures costs = new Figures();
        Figures latencies = new Figures();
        String failure = "";
        for (Run run : runs) {
            rates.add(run.perSecond);
            costs.add(run.microsecondsOfProcessor);
            latencies.add(run.latencyMillis);
            failure = failure.isEmpty() ? run.failure : failure;
        }
        return new Run(rates.median(), costs.median(), latencies.median(), failure);
    }

    private Run measure(Way way, String protocol, int clients, int seconds) throws Exception {
        Target target = targets.getOrDefault(way, new Target(0, 0));
        double before = processorSeconds(target.pid);
        String said = pgbench(
                way,
                "-S",
                "-n",
                "-M",
                protocol,
                "-c",
                "" + clients,
                "-j",
                "" + Math.min(2, clients),
                "-T",
                "" + seconds);
        double used = processorSeconds(target.pid) - before;
        Matcher rate = RATE.matcher(said);
        Matcher count = COUNT.matcher(said);
        Matcher latency = LATENCY.matcher(said);
        boolean aborted = said.contains("aborted") || !rate.find() || !count.find() || !latency.find();
        if (aborted) {
            String error = said.lines()
                    .filter(line -> line.contains("ERROR"))
                    .findFirst()
                    .orElse("pgbench failed");
            return new Run(0, 0, 0, error.substring(Math.max(0, error.indexOf("ERROR"))));
        }
        long transactions = Long.parseLong(count.group(1));
        return new Run(
                Double.parseDouble(rate.group(1)),
                used * 1_000_000 / Math.max(1, transactions),
                Double.parseDouble(latency.group(1)),
                "");
    }

    private String pgbench(Way way, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("pgbench", "-h", server.getHost(), "-p"));
        command.add("" + targets.getOrDefault(way, new Target(0, 0)).port);
        String[] user = server.getUserInfo().split(":", 2);
        command.addAll(List.of("-U", user[0]));
        command.addAll(List.of(arguments));
        command.add(server.getPath().substring(1));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PGPASSWORD", user[1]);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }

    /** utime and stime of proc(5), in seconds. */
    private static double processorSeconds(long pid) throws IOException {
        if (pid == 0) {
            return 0;
        }
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }
}
