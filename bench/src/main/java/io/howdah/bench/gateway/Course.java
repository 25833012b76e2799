package io.howdah.bench.gateway;

import io.howdah.bench.Figures;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The ways that are compared, how often and for how long, and the table that the results go to: a line for each load, a column for each
 * way, medians of all rounds.
 */
final class Course {
    private final List<Way> ways;
    private final int rounds;
    private final int seconds;
    private final PrintStream out;
    private final PrintStream progress;

    Course(List<Way> ways, int rounds, int seconds, PrintStream out, PrintStream progress) {
        this.ways = List.copyOf(ways);
        this.rounds = rounds;
        this.seconds = seconds;
        this.out = out;
        this.progress = progress;
    }

    /** A load on one way. */
    interface Load {
        Measurement measure(Way way) throws Exception;
    }

    int rounds() {
        return rounds;
    }

    /** How long one run of a steady load takes. */
    int seconds() {
        return seconds;
    }

    Way way(String name) {
        return ways.stream().filter(way -> way.name().equals(name)).findFirst().orElseThrow();
    }

    void say(String line) {
        progress.println(line);
    }

    void printHeader() {
        StringBuilder head = new StringBuilder("| load |");
        StringBuilder rule = new StringBuilder("|---|");
        for (Way way : ways) {
            head.append(" ").append(way.name()).append(" |");
            rule.append("---|");
        }
        out.println(head.append(" Howdah / PgBouncer | latency added, µs: ")
                .append(Peer.PGBOUNCER.label())
                .append(", Howdah | processor, µs: ")
                .append(proxies())
                .append(" | Howdah / PgBouncer |"));
        out.println(rule.append("---|---|---|---|"));
    }

    private String proxies() {
        return String.join(
                ", ",
                ways.stream().filter(way -> !way.isDirect()).map(Way::name).toList());
    }

    /** Runs a load on every way in turn, as often as there are rounds, and prints the line. */
    void compare(String load, Load each) throws Exception {
        compare(load, rounds, each);
    }

    void compare(String load, int times, Load each) throws Exception {
        Map<String, List<Measurement>> all = new LinkedHashMap<>();
        for (int round = 0; round < times; round++) {
            for (Way way : ways) {
                Measurement one = each.measure(way);
                say("%s, round %d, %s: %s".formatted(load, round + 1, way.name(), one));
                all.computeIfAbsent(way.name(), _ -> new ArrayList<>()).add(one);
            }
        }
        Map<String, Measurement> medians = new LinkedHashMap<>();
        all.forEach((name, runs) -> medians.put(name, median(runs)));
        print(load, medians);
    }

    private static Measurement median(List<Measurement> runs) {
        Figures amounts = new Figures();
        Figures costs = new Figures();
        Figures latencies = new Figures();
        for (Measurement run : runs) {
            if (!run.isThere()) {
                return run;
            }
            amounts.add(run.amount());
            costs.add(run.processorMicros());
            latencies.add(run.latencyMillis());
        }
        return new Measurement(amounts.median(), costs.median(), latencies.median(), "");
    }

    private void print(String load, Map<String, Measurement> medians) {
        Measurement none = Measurement.failed("");
        Measurement direct = medians.getOrDefault(Way.DIRECT, none);
        Measurement peer = medians.getOrDefault(Peer.PGBOUNCER.label(), none);
        Measurement own = medians.getOrDefault(Way.HOWDAH, none);
        StringBuilder line = new StringBuilder("| " + load + " |");
        List<String> costs = new ArrayList<>();
        medians.forEach((name, one) -> {
            line.append(one.isThere() ? number(" %.0f |", one.amount()) : " fails: " + one.failure() + " |");
            if (!name.equals(Way.DIRECT)) {
                costs.add(one.isThere() ? number("%.1f", one.processorMicros()) : "-");
            }
        });
        boolean both = peer.isThere() && own.isThere();
        boolean timed = direct.latencyMillis() > 0;
        line.append(both ? number(" %.2f |", own.amount() / peer.amount()) : " |");
        line.append(timed ? " " + added(peer, direct) + ", " + added(own, direct) + " |" : " |");
        line.append(" ").append(String.join(", ", costs)).append(" |");
        line.append(
                both && peer.processorMicros() > 0
                        ? number(" %.2f |", own.processorMicros() / peer.processorMicros())
                        : " |");
        out.println(line);
    }

    private static String added(Measurement proxy, Measurement direct) {
        return proxy.isThere() ? number("%.0f", 1000 * (proxy.latencyMillis() - direct.latencyMillis())) : "-";
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
