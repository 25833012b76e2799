package io.howdah.testkit.scenario;

import io.howdah.testkit.cluster.Audit;
import io.howdah.testkit.cluster.Ledger;
import io.howdah.testkit.cluster.Sql;
import io.howdah.testkit.cluster.Writers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/**
 * Writers through the gateways while something breaks. Whoever finishes a load has shown that every acknowledged row is on
 * every node and that all nodes are equal.
 */
final class Load implements AutoCloseable {
    private static final int ENOUGH = 50;

    /** What came out: the gap is the longest time without an acknowledgement between the strike and the recovery. */
    record Outcome(int acknowledged, long gapMillis, int errors, int promotions, int patience) {}

    private final Stage stage;
    private final Writers writers;
    private final long firstTerm;
    private long struckAtNanos;
    private long recoveredAtNanos;

    private Load(Stage stage, Writers writers, long firstTerm) {
        this.stage = stage;
        this.writers = writers;
        this.firstTerm = firstTerm;
        this.struckAtNanos = System.nanoTime();
        this.recoveredAtNanos = struckAtNanos;
    }

    static Load start(Stage stage, int count) throws SQLException {
        return new Load(
                stage, Writers.start(stage.gateways(), count), stage.watch().term());
    }

    Ledger ledger() {
        return writers.ledger();
    }

    /** The fault comes now. */
    void strike() {
        struckAtNanos = System.nanoTime();
        recoveredAtNanos = struckAtNanos;
    }

    /** Waits until writes go on again. */
    void awaitRecovery(Duration limit) {
        long from = System.nanoTime();
        try {
            Awaitility.await()
                    .atMost(limit)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> ledger().countSince(from) >= ENOUGH);
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            throw new AssertionError(
                    "no writes within %d s after the fault; %s; last errors %s"
                            .formatted(limit.toSeconds(), stage.watch().describe(), last(ledger().errors())),
                    e);
        }
        recoveredAtNanos = System.nanoTime();
    }

    private static List<String> last(List<String> errors) {
        return errors.subList(Math.max(0, errors.size() - 3), errors.size());
    }

    /** Stops the writers, waits until all nodes are well, and compares what they hold with what was acknowledged. */
    Outcome finish() throws SQLException {
        writers.stop();
        stage.watch().awaitHealthy(Duration.ofSeconds(60));
        int missing = new Audit(stage.cluster()).missingAcknowledged(ledger());
        if (missing > 0) {
            throw new AssertionError(missing + " acknowledged rows are missing");
        }
        int promotions = Integer.parseInt(Sql.one(
                stage.direct(stage.watch().leader()),
                "select count(*) from howdah.rule_history where subterm = 1 and term > " + firstTerm));
        Outcome outcome = new Outcome(
                ledger().count(),
                ledger().longestGapMillis(struckAtNanos, recoveredAtNanos),
                ledger().errors().size(),
                promotions,
                stage.patience());
        stage.figure("write gap ms", outcome.gapMillis());
        stage.figure("acknowledged", outcome.acknowledged());
        stage.figure("missing", missing);
        stage.figure("errors", outcome.errors());
        stage.figure("promotions", outcome.promotions());
        ledger().errors().stream()
                .map(error -> error.lines().findFirst().orElse(""))
                .collect(Collectors.groupingBy(error -> error, TreeMap::new, Collectors.counting()))
                .forEach((error, count) -> stage.figure("error \"" + error + '"', count));
        return outcome;
    }

    @Override
    public void close() {
        writers.abandon();
    }
}
