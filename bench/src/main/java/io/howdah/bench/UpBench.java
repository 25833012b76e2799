package io.howdah.bench;

import io.howdah.testkit.cluster.LocalCluster;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * From nothing to a working cluster: {@code howdah up} with a warm build, and beside it in the same run a scripted etcd, Patroni
 * and HAProxy. Also prints what the processes of the cluster hold in memory.
 *
 * <p>{@code UpBench [rounds]}
 */
public final class UpBench {
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    private UpBench() {}

    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
        PrintStream out = System.out;
        Figures howdahReady = new Figures();
        Figures memory = new Figures();
        Figures patroniWrite = new Figures();
        Figures patroniHealthy = new Figures();
        for (int i = 0; i < rounds; i++) {
            long from = System.nanoTime();
            try (LocalCluster cluster = LocalCluster.up()) {
                howdahReady.add(secondsSince(from));
                memory.add(residentMegabytes(cluster.awaitHealthy()));
            }
            if (PatroniPeer.isInstalled()) {
                try (PatroniPeer peer = new PatroniPeer(PatroniTimers.DEFAULT)) {
                    long begun = System.nanoTime();
                    peer.start();
                    peer.awaitWrite();
                    patroniWrite.add(secondsSince(begun));
                    peer.awaitHealthy();
                    patroniHealthy.add(secondsSince(begun));
                }
            }
            System.err.printf("round %d done%n", i + 1);
        }
        out.println("| from nothing | s, median (min-max) |");
        out.println("|---|---|");
        out.printf("| howdah up: written through every gateway, all nodes stream | %s |%n", howdahReady);
        if (PatroniPeer.isInstalled()) {
            out.printf("| etcd + Patroni + HAProxy: first write | %s |%n", patroniWrite);
            out.printf("| etcd + Patroni + HAProxy: all nodes and a synchronous standby | %s |%n", patroniHealthy);
        } else {
            out.println("| etcd + Patroni + HAProxy | not installed: apt-get install patroni etcd-server haproxy |");
        }
        out.printf("| resident memory of all Howdah processes, MB | %s |%n", memory);
    }

    private static double residentMegabytes(JsonNode status) throws java.io.IOException {
        double kilobytes = resident(status.path("admin").path("pid").longValue());
        for (JsonNode node : status.path("nodes")) {
            kilobytes += resident(node.path("pid").longValue());
        }
        for (JsonNode gateway : status.path("gateways")) {
            kilobytes += resident(gateway.path("pid").longValue());
        }
        return kilobytes / 1024;
    }

    private static double resident(long pid) throws java.io.IOException {
        Matcher matcher = RESIDENT.matcher(Files.readString(Path.of("/proc/" + pid + "/status")));
        if (!matcher.find()) {
            throw new IllegalStateException(String.format(Locale.ROOT, "process %d has no memory", pid));
        }
        return Double.parseDouble(matcher.group(1));
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }
}
