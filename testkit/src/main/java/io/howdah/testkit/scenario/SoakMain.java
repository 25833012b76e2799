package io.howdah.testkit.scenario;

import io.howdah.testkit.cluster.Sql;
import io.howdah.testkit.fault.Sandbox;
import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Random troubles, one after the other, under writers, until the time is over. After each the nodes must become well by
 * themselves, hold every acknowledged row and be equal, and no invariant may be broken; the first violation ends the soak.
 *
 * <p>{@code SoakMain [--minutes N] [--seed S] [--writers N]}; ends with 1 on a violation. The same seed inflicts the same
 * troubles in the same order; what the machine makes of it differs.
 */
public final class SoakMain {
    private final PrintStream out;
    private final long seed;
    private final Random random;
    private final int writers;
    private final Map<Trouble, List<Long>> gaps = new EnumMap<>(Trouble.class);
    private long acknowledged;
    private int errors;
    private int promotions;

    private SoakMain(PrintStream out, long seed, int writers) {
        this.out = out;
        this.seed = seed;
        this.random = new Random(seed);
        this.writers = writers;
    }

    public static void main(String[] arguments) {
        Sandbox.endWithStarter();
        List<String> words = List.of(arguments);
        long minutes = number(words, "--minutes", 10);
        long seed = number(words, "--seed", System.nanoTime() & 0xffff_ffffL);
        SoakMain soak = new SoakMain(System.out, seed, (int) number(words, "--writers", 8));
        System.exit(soak.run(Duration.ofMinutes(minutes)) ? 0 : 1);
    }

    private static long number(List<String> words, String name, long otherwise) {
        int at = words.indexOf(name);
        return at < 0 ? otherwise : Long.parseLong(words.get(at + 1));
    }

    private boolean run(Duration duration) {
        out.printf("seed %d, %d minutes, %d writers%n", seed, duration.toMinutes(), writers);
        long end = System.nanoTime() + duration.toNanos();
        List<Trouble> troubles = List.copyOf(EnumSet.allOf(Trouble.class));
        int round = 0;
        try (Stage stage = Stage.open()) {
            while (System.nanoTime() < end) {
                round++;
                Trouble trouble = troubles.get(random.nextInt(troubles.size()));
                try {
                    round(stage, round, trouble);
                } catch (Exception | AssertionError e) {
                    out.printf("VIOLATION in round %d (seed %d) after %s: %s%n", round, seed, words(trouble), e);
                    e.printStackTrace(out);
                    stage.mend();
                    summarize(round);
                    out.printf("logs of the nodes: %s%n", keepLogs(stage));
                    return false;
                }
            }
        }
        summarize(round);
        return true;
    }

    private static String keepLogs(Stage stage) {
        java.nio.file.Path to = java.nio.file.Path.of("bench/target/soak-logs");
        ScenarioMain.keepLogs(stage.cluster().directory().resolve("logs"), to);
        return to.toAbsolutePath().toString();
    }

    private void round(Stage stage, int number, Trouble trouble) throws Exception {
        try (Load load = Load.start(stage, writers)) {
            Thread.sleep(random.nextInt(1_000));
            load.strike();
            trouble.inflict(stage, random);
            load.awaitRecovery(Duration.ofSeconds(60));
            Thread.sleep(random.nextInt(1_000));
            Load.Outcome outcome = load.finish();
            stage.settle();
            stage.takeFigures();
            beginSegment(stage);
            gaps.computeIfAbsent(trouble, kind -> new ArrayList<>()).add(outcome.gapMillis());
            acknowledged += outcome.acknowledged();
            errors += outcome.errors();
            promotions += outcome.promotions();
            out.printf(
                    "round %d: %-32s no write for %d ms, %d acknowledged, %d errors, %d promotions%n",
                    number,
                    words(trouble),
                    outcome.gapMillis(),
                    outcome.acknowledged(),
                    outcome.errors(),
                    outcome.promotions());
        }
    }

    /**
     * As in a life in which more than a segment is written between two changes of leader. Without it hundreds of timelines share a few
     * segment numbers, each with a file of its own, and pg_rewind before PostgreSQL 18 copies them all: gigabytes.
     */
    private static void beginSegment(Stage stage) throws SQLException {
        Sql.run(stage.direct(stage.watch().leader()), "select pg_switch_wal()");
    }

    private void summarize(int rounds) {
        out.printf(
                "%n%d rounds, seed %d: %d rows acknowledged, 0 lost in the rounds that ended, %d errors, %d promotions%n%n",
                rounds, seed, acknowledged, errors, promotions);
        out.println("| trouble | rounds | longest time without a write, ms: median | most |");
        out.println("|---|---|---|---|");
        gaps.forEach((trouble, millis) -> {
            List<Long> sorted = new ArrayList<>(millis);
            Collections.sort(sorted);
            out.printf(
                    "| %s | %d | %d | %d |%n",
                    words(trouble), sorted.size(), sorted.get(sorted.size() / 2), sorted.getLast());
        });
    }

    private static String words(Trouble trouble) {
        return trouble.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
