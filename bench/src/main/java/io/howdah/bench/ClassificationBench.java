package io.howdah.bench;

import com.sun.management.ThreadMXBean;
import io.howdah.gateway.classify.Hint;
import io.howdah.gateway.classify.Judgment;
import io.howdah.gateway.classify.NameSource;
import io.howdah.gateway.classify.NameTable;
import io.howdah.gateway.classify.StatementClassifier;
import io.howdah.gateway.sql.StatementShape;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * What it costs to judge a statement: nanoseconds of CPU and bytes allocated, after the compiler has done its work. The names are those of a
 * real database.
 */
final class ClassificationBench {
    private static final int ROUNDS = 9;
    private static final int CALLS = 300_000;

    private static final List<String> STATEMENTS = List.of(
            "SELECT abalance FROM pgbench_accounts WHERE aid = 4711;",
            "SELECT c FROM sbtest1 WHERE id=$1",
            "SELECT id, owner, balance FROM account WHERE owner = $1 AND opened > now() - interval '1 day' LIMIT 10",
            "SELECT a.id, count(*), sum(t.amount) FROM account a JOIN transfer t ON t.source = a.id WHERE a.id IN ($1, $2)"
                    + " GROUP BY a.id ORDER BY 2 DESC",
            "UPDATE pgbench_accounts SET abalance = abalance + 3 WHERE aid = 4711;",
            "INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) VALUES (1, 1, 4711, 3, CURRENT_TIMESTAMP);",
            "BEGIN",
            "COMMIT");

    private ClassificationBench() {}

    /** Prints one line for each statement. */
    static void run(NameSource source, String database) {
        NameTable names = source.fetch(database);
        StatementClassifier classifier = new StatementClassifier();
        StatementShape shape = new StatementShape();
        System.out.println("nanoseconds of CPU for a statement, median (least-most) of " + ROUNDS
                + " rounds, and bytes allocated: judging it; finding the hash of its shape for the top queries");
        for (String statement : STATEMENTS) {
            byte[] text = statement.getBytes(StandardCharsets.UTF_8);
            Figures judging = new Figures();
            Figures hashing = new Figures();
            double judgingBytes = measure(judging, () -> {
                Judgment judgment = classifier.classify(text, 0, text.length, names, true);
                if (judgment.hint() != Hint.NONE) {
                    throw new IllegalStateException("the statements have no hints");
                }
                return judgment.reason().name().length();
            });
            double hashingBytes = measure(hashing, () -> shape.hash(text, 0, text.length));
            Judgment judgment = classifier.classify(text, 0, text.length, names, true);
            System.out.printf(
                    Locale.ROOT,
                    "%-24s %5.2f B  %-24s %5.2f B  %-20s %.90s%n",
                    judging,
                    judgingBytes,
                    hashing,
                    hashingBytes,
                    judgment.reason(),
                    statement);
        }
    }

    /** Warms up, then adds one figure for each round; returns the bytes that one call allocates. */
    private static double measure(Figures figures, LongSupplier task) {
        round(task);
        round(task);
        long before = allocated();
        for (int count = 0; count < ROUNDS; count++) {
            figures.add(round(task));
        }
        return (allocated() - before) / ((double) ROUNDS * CALLS);
    }

    private static double round(LongSupplier task) {
        long sum = 0;
        long start = threads().getCurrentThreadCpuTime();
        for (int call = 0; call < CALLS; call++) {
            sum += task.getAsLong();
        }
        long nanos = threads().getCurrentThreadCpuTime() - start;
        if (sum == Long.MIN_VALUE) {
            throw new IllegalStateException("nobody expects this sum, and without it the work would be optimized away");
        }
        return (double) nanos / CALLS;
    }

    private static long allocated() {
        return threads().getCurrentThreadAllocatedBytes();
    }

    private static ThreadMXBean threads() {
        return (ThreadMXBean) ManagementFactory.getThreadMXBean();
    }
}
