package io.howdah.bench;

import com.sun.management.ThreadMXBean;
import io.howdah.gateway.classify.Hint;
import io.howdah.gateway.classify.Judgment;
import io.howdah.gateway.classify.NameSource;
import io.howdah.gateway.classify.NameTable;
import io.howdah.gateway.classify.StatementClassifier;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

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
        System.out.println(
                "nanoseconds of CPU for a statement, median (least-most) of " + ROUNDS + " rounds; bytes allocated");
        for (String statement : STATEMENTS) {
            byte[] text = statement.getBytes(StandardCharsets.UTF_8);
            Figures figures = new Figures();
            measure(classifier, text, names);
            measure(classifier, text, names);
            long before = allocated();
            for (int round = 0; round < ROUNDS; round++) {
                figures.add(measure(classifier, text, names));
            }
            double bytes = (allocated() - before) / ((double) ROUNDS * CALLS);
            Judgment judgment = classifier.classify(text, 0, text.length, names, true);
            System.out.printf(
                    Locale.ROOT, "%-24s %5.2f B  %-20s %.90s%n", figures, bytes, judgment.reason(), statement);
        }
    }

    private static double measure(StatementClassifier classifier, byte[] text, NameTable names) {
        int hints = 0;
        long start = threads().getCurrentThreadCpuTime();
        for (int call = 0; call < CALLS; call++) {
            if (classifier.classify(text, 0, text.length, names, true).hint() != Hint.NONE) {
                hints++;
            }
        }
        long nanos = threads().getCurrentThreadCpuTime() - start;
        if (hints != 0) {
            throw new IllegalStateException("the statements have no hints");
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
