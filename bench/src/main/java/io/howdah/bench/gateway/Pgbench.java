package io.howdah.bench.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** PostgreSQL's own load generator (manual, pgbench), and what it says. */
final class Pgbench {
    static final int SCALE = 10;
    private static final Pattern RATE = Pattern.compile("tps = ([0-9.]+)");
    private static final Pattern COUNT = Pattern.compile("transactions actually processed: ([0-9]+)");
    private static final Pattern LATENCY = Pattern.compile("latency average = ([0-9.]+) ms");
    private static final int THREADS = 2;

    private Pgbench() {}

    /** @param failure what pgbench said when it failed, else empty */
    record Result(double perSecond, long transactions, double latencyMillis, String failure) {
        private static Result failed(String why) {
            return new Result(0, 0, 0, why);
        }
    }

    /** Makes its tables. */
    static void initialize(Way way) throws IOException, InterruptedException {
        run(way, List.of("-i", "-q", "-s", "" + SCALE));
    }

    /** Runs for some time without vacuuming first. */
    static Result load(Way way, int clients, int seconds, List<String> options)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(
                List.of("-n", "-c", "" + clients, "-j", "" + Math.min(THREADS, clients), "-T", "" + seconds));
        arguments.addAll(options);
        String said = run(way, arguments);
        Matcher rate = RATE.matcher(said);
        Matcher count = COUNT.matcher(said);
        Matcher latency = LATENCY.matcher(said);
        if (said.contains("aborted") || !rate.find() || !count.find() || !latency.find()) {
            return Result.failed(said.lines()
                    .filter(line -> line.contains("ERROR") || line.contains("FATAL"))
                    .findFirst()
                    .map(line -> line.substring(Math.max(line.indexOf("ERROR"), line.indexOf("FATAL"))))
                    .orElse("pgbench failed"));
        }
        return new Result(
                Double.parseDouble(rate.group(1)),
                Long.parseLong(count.group(1)),
                Double.parseDouble(latency.group(1)),
                "");
    }

    private static String run(Way way, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "pgbench", "-h", way.uri().getHost(), "-p", "" + way.uri().getPort(), "-U", way.user()));
        command.addAll(arguments);
        command.add(way.database());
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PGPASSWORD", way.password());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }
}
