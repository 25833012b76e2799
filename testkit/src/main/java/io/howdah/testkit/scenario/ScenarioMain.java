package io.howdah.testkit.scenario;

import io.howdah.testkit.fault.Sandbox;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Plays scenarios one after the other, on one cluster as long as they leave it well, and reports.
 *
 * <p>{@code ScenarioMain --report DIRECTORY [--quick] [--patience TIMES] [A1 A4 ...]}; ends with 1 when one was not passed. With patience
 * writes may be impossible for so many times longer than is promised, as every build demands of a machine nobody knows.
 */
public final class ScenarioMain {
    private final PrintStream out;
    private final Path directory;
    private final Report report;
    private final int patience;
    private Optional<Stage> stage = Optional.empty();

    private ScenarioMain(PrintStream out, Path directory, int patience) {
        this.out = out;
        this.patience = patience;
        this.directory = directory;
        this.report = new Report(directory);
    }

    public static void main(String[] arguments) {
        Sandbox.endWithStarter();
        List<String> words = new ArrayList<>(List.of(arguments));
        Path directory = Path.of(option(words, "--report").orElse("bench/target/scenarios"));
        int patience = option(words, "--patience").map(Integer::parseInt).orElse(1);
        boolean quick = words.remove("--quick");
        ScenarioMain main = new ScenarioMain(System.out, directory, patience);
        boolean passed =
                main.play(main.possible(quick && words.isEmpty() ? Scenarios.quick() : Scenarios.named(words)));
        System.exit(passed ? 0 : 1);
    }

    /** The value of an option, which is taken out of the words. */
    private static Optional<String> option(List<String> words, String name) {
        int at = words.indexOf(name);
        if (at < 0) {
            return Optional.empty();
        }
        String value = words.get(at + 1);
        words.subList(at, at + 2).clear();
        return Optional.of(value);
    }

    /** Outside of a sandbox some cannot be played, which is said and not passed over. */
    private List<Scenario> possible(List<Scenario> scenarios) {
        if (Sandbox.isHere()) {
            return scenarios;
        }
        scenarios.stream()
                .filter(Scenario::needsSandbox)
                .forEach(scenario -> out.printf(
                        "%-20s NOT PLAYED: it needs root, and namespaces of its own%n",
                        scenario.script().id()));
        return scenarios.stream().filter(scenario -> !scenario.needsSandbox()).toList();
    }

    private boolean play(List<Scenario> scenarios) {
        try {
            scenarios.forEach(this::play);
        } finally {
            stage.ifPresent(Stage::close);
        }
        long failed =
                report.results().stream().filter(result -> !result.passed()).count();
        out.printf(
                "%d passed, %d failed; report in %s%n",
                report.results().size() - failed, failed, directory.toAbsolutePath());
        return failed == 0 && !scenarios.isEmpty();
    }

    private void play(Scenario scenario) {
        Scenario.Script script = scenario.script();
        String problem = "";
        long from = System.nanoTime();
        try {
            Stage open = stage.orElseGet(() -> Stage.open(patience));
            stage = Optional.of(open);
            from = System.nanoTime();
            scenario.play(open);
            open.settle();
        } catch (Exception | AssertionError e) {
            StringWriter text = new StringWriter();
            e.printStackTrace(new PrintWriter(text));
            problem = text.toString();
        }
        double seconds = (System.nanoTime() - from) / 1e9;
        report.add(new Report.Result(
                script.id(),
                script.title(),
                script.passes(),
                problem.isEmpty(),
                problem,
                seconds,
                stage.map(Stage::takeFigures).orElseGet(java.util.TreeMap::new)));
        Report.Result result = report.results().getLast();
        out.printf(
                "%-20s %s in %.1f s  %s%n",
                script.id(), problem.isEmpty() ? "passed" : "FAILED", seconds, result.figures());
        if (!problem.isEmpty()) {
            out.println(problem);
            abandon(script.id());
        }
    }

    /** What is left of the cluster proves nothing more; its logs may tell why. */
    private void abandon(String id) {
        stage.ifPresent(broken -> {
            keepLogs(broken.cluster().directory().resolve("logs"), directory.resolve("logs-" + id));
            broken.mend();
            broken.close();
        });
        stage = Optional.empty();
    }

    static void keepLogs(Path from, Path to) {
        try (Stream<Path> logs = Files.list(from)) {
            Files.createDirectories(to);
            for (Path log : logs.toList()) {
                Files.copy(log, to.resolve(log.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
