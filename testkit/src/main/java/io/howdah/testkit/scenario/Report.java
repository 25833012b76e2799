package io.howdah.testkit.scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/** How a run of scenarios went: {@code report.md} for people, {@code report.json} for programs; rewritten after each one. */
public final class Report {
    /**
     * One scenario's end.
     *
     * @param problem why it was not passed, empty when it was
     */
    public record Result(
            String id,
            String title,
            String passes,
            boolean passed,
            String problem,
            double seconds,
            SequencedMap<String, Object> figures) {}

    private final Path directory;
    private final List<Result> results = new ArrayList<>();

    Report(Path directory) {
        this.directory = directory;
    }

    void add(Result result) {
        results.add(result);
        try {
            Files.createDirectories(directory);
            Files.writeString(
                    directory.resolve("report.json"),
                    JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(results));
            Files.writeString(directory.resolve("report.md"), markdown());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String markdown() {
        StringBuilder text = new StringBuilder(
                "# Scenarios\n\n| id | what happens | passed | s | figures |\n|---|---|---|---|---|\n");
        for (Result result : results) {
            text.append("| %s | %s | %s | %.1f | %s |%n"
                    .formatted(
                            result.id(),
                            result.title(),
                            result.passed() ? "yes" : "**no**",
                            result.seconds(),
                            figures(result.figures())));
        }
        results.stream()
                .filter(result -> !result.passed())
                .forEach(result -> text.append("%n## %s was not passed%n%nIt must hold: %s.%n%n```%n%s%n```%n"
                        .formatted(result.id(), result.passes(), result.problem())));
        return text.toString();
    }

    private static String figures(Map<String, Object> figures) {
        return figures.entrySet().stream()
                .map(figure -> figure.getKey() + ": " + figure.getValue())
                .collect(Collectors.joining("; "))
                .replace('|', '/')
                .replace('\n', ' ');
    }

    List<Result> results() {
        return List.copyOf(results);
    }
}
