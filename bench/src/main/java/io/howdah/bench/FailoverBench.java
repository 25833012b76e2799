package io.howdah.bench;

import io.howdah.testkit.cluster.Audit;
import io.howdah.testkit.cluster.JdbcUri;
import io.howdah.testkit.cluster.Ledger;
import io.howdah.testkit.cluster.Writers;
import io.howdah.testkit.fault.Sandbox;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Breaks the leader of a real three-node cluster again and again under writers, and prints the longest time without an
 * acknowledged write, the longest that a single writer waited, the errors the writers saw, and the acknowledged rows that are
 * missing afterwards (which must be 0). The same is done to Patroni with etcd and HAProxy, with its default timers and with
 * the tightest, where they are installed and a number of rounds for them is given.
 *
 * <p>Arguments: {@link FailoverOptions#USAGE}.
 */
public final class FailoverBench {
    private static final Duration WRITES_LIMIT = Duration.ofMinutes(2);

    /** @param lostSessions idle sessions that could not go on afterwards */
    private record Round(
            double outageSeconds,
            double waitSeconds,
            int errors,
            int acknowledged,
            int missing,
            int lostSessions,
            long promotions,
            double healedSeconds) {}

    private final Contender contender;
    private final FailoverOptions options;
    private final int rounds;
    private final Random random;
    private final PrintStream out;

    private FailoverBench(Contender contender, FailoverOptions options, int rounds, PrintStream out) {
        this.contender = contender;
        this.options = options;
        this.rounds = rounds;
        this.random = new Random(options.seed());
        this.out = out;
    }

    public static void main(String[] arguments) throws Exception {
        FailoverOptions options;
        try {
            options = FailoverOptions.parse(List.of(arguments));
        } catch (IllegalArgumentException e) {
            System.err.printf("error: %s%n%s", e.getMessage(), FailoverOptions.USAGE);
            System.exit(2);
            return;
        }
        PrintStream out = System.out;
        out.printf(
                "clients through a proxy with %s pooling, %d of them idle, seed %d%n%n",
                options.pooling(), options.idleSessions(), options.seed());
        out.println("| | rounds | writers | write outage s, median (min-max) | longest wait of a writer s | errors "
                + "| acknowledged | missing | idle sessions lost | promotions | healed after s |");
        out.println("|---|---|---|---|---|---|---|---|---|---|---|");
        measureHowdah(options, out);
        if (options.peerRounds() > 0 && PatroniPeer.isInstalled()) {
            for (PatroniTimers timers : List.of(PatroniTimers.DEFAULT, PatroniTimers.TIGHTEST)) {
                try (PatroniPeer patroni = PatroniPeer.started(timers)) {
                    new FailoverBench(patroni, options, options.peerRounds(), out).measure(options.faults());
                }
            }
        }
    }

    private static void measureHowdah(FailoverOptions options, PrintStream out) throws Exception {
        List<Fault> plain = options.faults().stream()
                .filter(fault -> !fault.needsPartition())
                .toList();
        List<Fault> partitions =
                options.faults().stream().filter(Fault::needsPartition).toList();
        if (!plain.isEmpty()) {
            try (Contender howdah = HowdahContender.started(options.pooling(), false)) {
                new FailoverBench(howdah, options, options.rounds(), out).measure(plain);
            }
        }
        if (!partitions.isEmpty()) {
            try (Contender howdah = HowdahContender.started(options.pooling(), Sandbox.isHere())) {
                new FailoverBench(howdah, options, options.rounds(), out).measure(partitions);
            }
        }
    }

    private void measure(List<Fault> faults) throws Exception {
        for (Fault fault : faults) {
            Optional<String> obstacle = contender.obstacle(fault);
            if (obstacle.isPresent()) {
                notMeasured(fault, obstacle.get());
                continue;
            }
            try {
                measure(fault);
            } catch (ConditionTimeoutException | AssertionError e) {
                notMeasured(fault, String.valueOf(e.getMessage()));
                return;
            }
        }
        System.err.print(contender.account());
    }

    private void notMeasured(Fault fault, String why) {
        out.printf("| %s: %s | not measured: %s |%n", contender.name(), fault.words(), why);
    }

    private void measure(Fault fault) throws Exception {
        List<Round> measured = new ArrayList<>();
        Figures outages = new Figures();
        Figures waits = new Figures();
        Figures healed = new Figures();
        for (int i = 0; i < rounds; i++) {
            Round round = round(fault);
            System.err.printf("%s, %s, round %d: %s%n", contender.name(), fault.words(), i + 1, round);
            measured.add(round);
            outages.add(round.outageSeconds());
            waits.add(round.waitSeconds());
            healed.add(round.healedSeconds());
        }
        out.printf(
                "| %s: %s | %d | %d | %s | %s | %d | %d | %d | %d of %d | %d | %s |%n",
                contender.name(),
                fault.words(),
                rounds,
                options.writersFor(fault),
                outages,
                waits,
                measured.stream().mapToInt(Round::errors).sum(),
                measured.stream().mapToInt(Round::acknowledged).sum(),
                measured.stream().mapToInt(Round::missing).sum(),
                measured.stream().mapToInt(Round::lostSessions).sum(),
                options.idleSessions() * rounds,
                measured.stream().mapToLong(Round::promotions).sum(),
                healed);
    }

    private Round round(Fault fault) throws Exception {
        contender.awaitHealthy();
        String leader = contender.leader();
        long promotions = contender.promotions();
        String uri = contender.writeUri(leader);
        List<Connection> idle = new ArrayList<>();
        for (int i = 0; i < options.idleSessions(); i++) {
            idle.add(DriverManager.getConnection(JdbcUri.of(uri)));
        }
        try (Writers running = Writers.start(uri, options.writersFor(fault))) {
            Ledger ledger = running.ledger();
            // A random moment within the beat of every timer, so that no figure is in phase with one.
            Thread.sleep(1000 + random.nextInt((int) contender.beat().toMillis()));
            long from = System.nanoTime();
            contender.inflict(fault, leader);
            awaitWritesAfter(ledger, System.nanoTime());
            Thread.sleep(1000);
            long broken = System.nanoTime();
            contender.heal(fault, leader);
            contender.awaitHealthy();
            double healedSeconds = (System.nanoTime() - broken) / 1e9;
            running.stop();
            if (!ledger.errors().isEmpty()) {
                System.err.println("  first error: " + ledger.errors().getFirst());
            }
            return new Round(
                    ledger.longestGapMillis(from, broken) / 1e3,
                    ledger.longestWaitMillis(from, broken) / 1e3,
                    ledger.errors().size(),
                    ledger.count(),
                    new Audit(contender::directUris).missingAcknowledged(ledger),
                    lost(idle),
                    contender.promotions() - promotions,
                    healedSeconds);
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

    private static void awaitWritesAfter(Ledger ledger, long moment) {
        int before = ledger.count();
        Awaitility.await("writes go on")
                .atMost(WRITES_LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> ledger.count() > before + 50 && System.nanoTime() > moment);
    }
}
