package io.howdah.bench.gateway;

import io.howdah.testkit.cluster.LocalCluster;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * What a gateway costs, other people's proxies beside it: {@link Section sections} of load, each on every way in turn, round after
 * round. Prints one table in Markdown: medians, the ratio to PgBouncer's, and what the proxies used of the processor for each piece of
 * the load. The section {@code split} has a cluster and a table of its own.
 *
 * <p>{@code GatewayBench [--rounds N] [--seconds N] [section ...]}
 */
public final class GatewayBench {
    private static final String SPLIT = "split";

    private final int rounds;
    private final int seconds;
    private final PrintStream out;

    private GatewayBench(int rounds, int seconds, PrintStream out) {
        this.rounds = rounds;
        this.seconds = seconds;
        this.out = out;
    }

    public static void main(String[] arguments) throws Exception {
        Map<String, Section> sections = sections();
        List<String> wanted = new ArrayList<>();
        int rounds = 3;
        int seconds = 5;
        for (int index = 0; index < arguments.length; index++) {
            switch (arguments[index]) {
                case "--rounds" -> rounds = number(arguments, ++index);
                case "--seconds" -> seconds = number(arguments, ++index);
                default -> {
                    if (!sections.containsKey(arguments[index]) && !arguments[index].equals(SPLIT)) {
                        refuse("no section '%s'".formatted(arguments[index]));
                    }
                    wanted.add(arguments[index]);
                }
            }
        }
        if (wanted.isEmpty()) {
            wanted.addAll(sections.keySet());
            wanted.add(SPLIT);
        }
        GatewayBench bench = new GatewayBench(rounds, seconds, System.out);
        List<Section> chosen = sections.values().stream()
                .filter(section -> wanted.contains(section.name()))
                .toList();
        if (!chosen.isEmpty()) {
            bench.compare(chosen);
        }
        if (wanted.contains(SPLIT)) {
            new SplitSection(rounds, seconds, System.out, System.err).run();
        }
    }

    private static int number(String[] arguments, int index) {
        if (index >= arguments.length || !arguments[index].matches("[1-9][0-9]{0,3}")) {
            refuse("'%s' needs a number".formatted(arguments[index - 1]));
        }
        return Integer.parseInt(arguments[index]);
    }

    private static void refuse(String why) {
        System.err.println("error: " + why);
        System.err.println("usage: gateway [--rounds N] [--seconds N] [section ...]; the sections are");
        sections().values().forEach(section -> System.err.printf("  %-10s %s%n", section.name(), section.words()));
        System.err.printf("  %-10s nine reads for each write on three nodes, ports read_write and auto%n", SPLIT);
        System.exit(2);
    }

    /** In the order in which they have to run. */
    private static Map<String, Section> sections() {
        List<Section> all = new ArrayList<>(List.of(Loads.cold()));
        all.addAll(Loads.steady());
        all.addAll(List.of(Loads.churn(), new CopySection(), new IdleSection()));
        Map<String, Section> byName = new LinkedHashMap<>();
        all.forEach(section -> byName.put(section.name(), section));
        return byName;
    }

    private void compare(List<Section> sections) throws Exception {
        List<PeerProgram> programs = new ArrayList<>();
        try (LocalCluster cluster = LocalCluster.up("--nodes", "1")) {
            try {
                List<Way> ways = ways(cluster, programs);
                Course course = new Course(ways, rounds, seconds, out, System.err);
                Pgbench.initialize(course.way(Way.DIRECT));
                course.printHeader();
                for (Section section : sections) {
                    section.run(course);
                }
            } finally {
                for (PeerProgram program : programs) {
                    program.close();
                }
            }
        }
    }

    private List<Way> ways(LocalCluster cluster, List<PeerProgram> programs) throws IOException, InterruptedException {
        JsonNode status = cluster.awaitHealthy();
        JsonNode gateway = status.path("gateways").path(0);
        URI own = URI.create(cluster.dsn("rw", gateway.path("cell").stringValue()));
        Way direct = Way.of(
                Way.DIRECT, own, status.path("nodes").path(0).path("port").intValue(), 0);
        List<Way> ways = new ArrayList<>(List.of(direct));
        List<String> versions = new ArrayList<>();
        for (Peer peer : Peer.values()) {
            if (peer.isInstalled()) {
                PeerProgram program = peer.start(direct.uri());
                programs.add(program);
                ways.add(Way.of(peer.label(), direct.uri(), program.port(), program.pid()));
                versions.add(peer.version());
            } else {
                System.err.printf("%s is not compared: there is no %s%n", peer.label(), peer.path());
            }
        }
        ways.add(new Way(Way.HOWDAH, own, new Usage(gateway.path("pid").longValue())));
        out.printf(
                "One server, pgbench scale %d, SCRAM everywhere; pools of %d connections; medians of %d runs of %d s;"
                        + " %d processors for everything. %s.%n%n",
                Pgbench.SCALE,
                Peer.CONNECTIONS,
                rounds,
                seconds,
                Runtime.getRuntime().availableProcessors(),
                String.join(", ", versions));
        return ways;
    }
}
