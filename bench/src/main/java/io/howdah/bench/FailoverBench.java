package io.howdah.bench;

import io.howdah.testkit.cluster.Audit;
import io.howdah.testkit.cluster.JdbcUri;
import io.howdah.testkit.cluster.Ledger;
import io.howdah.testkit.cluster.LocalCluster;
import io.howdah.testkit.cluster.Writers;
import io.howdah.testkit.fault.Processes;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/**
 * Breaks the leader of a real three-node cluster again and again under writers that go through a gateway of another cell,
 * and prints the longest time without an acknowledged write, the errors the writers saw, and the acknowledged rows that are
 * missing afterwards (which must be 0).
 *
 * <p>{@code FailoverBench [rounds] [writers] [seed]}
 */
public final class FailoverBench {
    private enum Fault {
        POSTMASTER_KILLED,
        NODE_AND_POSTGRES_KILLED,
        NODE_AND_POSTGRES_FROZEN,
        SWITCHOVER
    }

    private static final int IDLE_SESSIONS = 16;

    /** @param lostSessions idle sessions that could not go on afterwards */
    private record Round(
            double outageSeconds,
            int errors,
            int acknowledged,
            int missing,
            int lostSessions,
            int promotions,
            double healedSeconds) {}

    private final LocalCluster cluster;
    private final int writers;
    private final Random random;
    private final PrintStream out;

    private FailoverBench(LocalCluster cluster, int writers, Random random, PrintStream out) {
        this.cluster = cluster;
        this.writers = writers;
        this.random = random;
        this.out = out;
    }

    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
        int writers = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 8;
        long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : 1;
        PrintStream out = System.out;
        try (LocalCluster cluster = LocalCluster.up()) {
            FailoverBench bench = new FailoverBench(cluster, writers, new Random(seed), out);
            out.printf(
                    "%d rounds each, %d writers through a gateway of another cell, seed %d%n", rounds, writers, seed);
            out.println(
                    "| fault | write outage s, median (min-max) | errors | acknowledged | missing | idle sessions lost | promotions | healed after s |");
            out.println("|---|---|---|---|---|---|---|---|");
            for (Fault fault : Fault.values()) {
                bench.measure(fault, rounds);
            }
        }
    }

    private void measure(Fault fault, int rounds) throws Exception {
        Figures outages = new Figures();
        Figures healed = new Figures();
        int errors = 0;
        int acknowledged = 0;
        int missing = 0;
        int lostSessions = 0;
        int promotions = 0;
        for (int i = 0; i < rounds; i++) {
            Round round = round(fault);
            System.err.printf("%s round %d: %s%n", fault, i + 1, round);
            outages.add(round.outageSeconds());
            healed.add(round.healedSeconds());
            errors += round.errors();
            acknowledged += round.acknowledged();
            missing += round.missing();
            lostSessions += round.lostSessions();
            promotions += round.promotions();
        }
        out.printf(
                "| %s | %s | %d | %d | %d | %d of %d | %d in %d rounds | %s |%n",
                fault.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '),
                outages,
                errors,
                acknowledged,
                missing,
                lostSessions,
                IDLE_SESSIONS * rounds,
                promotions,
                rounds,
                healed);
    }

    private Round round(Fault fault) throws Exception {
        JsonNode healthy = cluster.awaitHealthy();
        String leader = healthy.path("leader").stringValue();
        String otherCell = cellOtherThan(healthy, leader);
        String uri = cluster.dsn("rw", otherCell);
        List<Connection> idle = new ArrayList<>();
        for (int i = 0; i < IDLE_SESSIONS; i++) {
            idle.add(DriverManager.getConnection(JdbcUri.of(uri)));
        }
        try (Writers running = Writers.start(uri, writers)) {
            Ledger ledger = running.ledger();
            // A random moment within the beat of every timer, so that no figure is in phase with one.
            Thread.sleep(1000 + random.nextInt(1000));
            long from = System.nanoTime();
            inflict(fault, leader, healthy);
            awaitWritesAfter(ledger, System.nanoTime());
            Thread.sleep(1000);
            long broken = System.nanoTime();
            if (fault == Fault.NODE_AND_POSTGRES_KILLED) {
                cluster.upAgain();
            } else if (fault == Fault.NODE_AND_POSTGRES_FROZEN) {
                processesOf(healthy, leader).forEach(Processes::thawTree);
            }
            cluster.awaitHealthy();
            double healedSeconds = (System.nanoTime() - broken) / 1e9;
            running.stop();
            double outage = ledger.longestGapMillis(from, broken) / 1e3;
            int missing = new Audit(cluster).missingAcknowledged(ledger);
            if (!ledger.errors().isEmpty()) {
                System.err.println("  first error: " + ledger.errors().getFirst());
            }
            int promotions = (int) (cluster.status().path("term").longValue()
                    - healthy.path("term").longValue());
            return new Round(
                    outage, ledger.errors().size(), ledger.count(), missing, lost(idle), promotions, healedSeconds);
        }
    }

    private static int lost(List<Connection> idle) {
        int lost = 0;
        for (Connection connection : idle) {
            try (connection;
                    Statement statement = connection.createStatement()) {
                statement.execute("select 1");
            } catch (SQLException e) {
                lost++;
            }
        }
        return lost;
    }

    private static List<Long> processesOf(JsonNode status, String id) {
        for (JsonNode node : status.path("nodes")) {
            if (node.path("id").stringValue().equals(id)) {
                return List.of(
                        node.path("pid").longValue(), node.path("postgres_pid").longValue());
            }
        }
        throw new IllegalStateException("no node " + id);
    }

    private void inflict(Fault fault, String leader, JsonNode healthy) {
        switch (fault) {
            case POSTMASTER_KILLED -> cluster.killPostmaster(leader);
            case NODE_AND_POSTGRES_KILLED -> cluster.killNodeAndPostgres(leader);
            case NODE_AND_POSTGRES_FROZEN -> processesOf(healthy, leader).forEach(Processes::freezeTree);
            case SWITCHOVER ->
                System.err.print("  "
                        + cluster.run("switchover", "--yes", "-o", "json")
                                .orThrow("switchover")
                                .output());
        }
    }

    private static void awaitWritesAfter(Ledger ledger, long moment) {
        int before = ledger.count();
        Awaitility.await("writes go on")
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> ledger.count() > before + 50 && System.nanoTime() > moment);
    }

    private static String cellOtherThan(JsonNode status, String leader) {
        for (JsonNode node : status.path("nodes")) {
            if (!node.path("id").stringValue().equals(leader)) {
                return node.path("cell").stringValue();
            }
        }
        throw new IllegalStateException("only one node");
    }
}
