package io.howdah.bench;

import io.howdah.testkit.cluster.Audit;
import io.howdah.testkit.cluster.JdbcUri;
import io.howdah.testkit.cluster.Ledger;
import io.howdah.testkit.cluster.Writers;
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
import org.awaitility.core.ConditionTimeoutException;

/**
 * Breaks the leader of a real three-node cluster again and again under writers, and prints the longest time without an
 * acknowledged write, the errors the writers saw, and the acknowledged rows that are missing afterwards (which must be 0).
 * The same is done to Patroni with etcd and HAProxy, with its default timers and with the tightest, where they are installed
 * and a number of rounds for them is given.
 *
 * <p>{@code FailoverBench [rounds] [writers] [seed] [rounds for the peers]}
 */
public final class FailoverBench {
    private static final int IDLE_SESSIONS = 16;
    private static final Duration WRITES_LIMIT = Duration.ofMinutes(2);

    /** @param lostSessions idle sessions that could not go on afterwards */
    private record Round(
            double outageSeconds,
            int errors,
            int acknowledged,
            int missing,
            int lostSessions,
            long promotions,
            double healedSeconds) {}

    private final Contender contender;
    private final int writers;
    private final Random random;
    private final PrintStream out;

    private FailoverBench(Contender contender, int writers, Random random, PrintStream out) {
        this.contender = contender;
        this.writers = writers;
        this.random = random;
        this.out = out;
    }

    public static void main(String[] arguments) throws Exception {
        int rounds = number(arguments, 0, 5);
        int writers = number(arguments, 1, 8);
        int seed = number(arguments, 2, 1);
        int peerRounds = number(arguments, 3, 0);
        PrintStream out = System.out;
        out.printf("%d writers through a proxy, %d idle sessions, seed %d%n%n", writers, IDLE_SESSIONS, seed);
        out.println(
                "| | rounds | write outage s, median (min-max) | errors | acknowledged | missing | idle sessions lost "
                        + "| promotions | healed after s |");
        out.println("|---|---|---|---|---|---|---|---|---|");
        if (rounds > 0) {
            try (Contender howdah = new HowdahContender()) {
                new FailoverBench(howdah, writers, new Random(seed), out).measureAll(rounds);
            }
        }
        if (peerRounds > 0 && PatroniPeer.isInstalled()) {
            for (PatroniTimers timers : List.of(PatroniTimers.DEFAULT, PatroniTimers.TIGHTEST)) {
                try (PatroniPeer patroni = PatroniPeer.started(timers)) {
                    new FailoverBench(patroni, writers, new Random(seed), out).measureAll(peerRounds);
                }
            }
        }
    }

    private static int number(String[] arguments, int index, int otherwise) {
        return arguments.length > index ? Integer.parseInt(arguments[index]) : otherwise;
    }

    private void measureAll(int rounds) throws Exception {
        for (Fault fault : Fault.values()) {
            try {
                measure(fault, rounds);
            } catch (ConditionTimeoutException e) {
                out.printf("| %s: %s | not measured: %s |%n", contender.name(), fault.words(), e.getMessage());
                return;
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
        long promotions = 0;
        for (int i = 0; i < rounds; i++) {
            Round round = round(fault);
            System.err.printf("%s, %s, round %d: %s%n", contender.name(), fault.words(), i + 1, round);
            outages.add(round.outageSeconds());
            healed.add(round.healedSeconds());
            errors += round.errors();
            acknowledged += round.acknowledged();
            missing += round.missing();
            lostSessions += round.lostSessions();
            promotions += round.promotions();
        }
        out.printf(
                "| %s: %s | %d | %s | %d | %d | %d | %d of %d | %d | %s |%n",
                contender.name(),
                fault.words(),
                rounds,
                outages,
                errors,
                acknowledged,
                missing,
                lostSessions,
                IDLE_SESSIONS * rounds,
                promotions,
                healed);
    }

    private Round round(Fault fault) throws Exception {
        contender.awaitHealthy();
        String leader = contender.leader();
        long promotions = contender.promotions();
        String uri = contender.writeUri(leader);
        List<Connection> idle = new ArrayList<>();
        for (int i = 0; i < IDLE_SESSIONS; i++) {
            idle.add(DriverManager.getConnection(JdbcUri.of(uri)));
        }
        try (Writers running = Writers.start(uri, writers)) {
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
            double outage = ledger.longestGapMillis(from, broken) / 1e3;
            if (!ledger.errors().isEmpty()) {
                System.err.println("  first error: " + ledger.errors().getFirst());
            }
            return new Round(
                    outage,
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
