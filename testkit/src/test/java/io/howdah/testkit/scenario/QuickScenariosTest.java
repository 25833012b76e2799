package io.howdah.testkit.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.testkit.fault.Sandbox;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Plays the quick scenarios as {@code bench/run scenarios} does: in a program of its own, inside namespaces of its own when
 * this machine and user allow them. Each is a test; all together are one cluster's life. With patience: whether an outage is as short
 * as promised is not for a build to say that may share its machine; {@code bench/run} measures it.
 */
final class QuickScenariosTest {
    private static final int LIMIT_MINUTES = 12;

    @TestFactory
    Stream<DynamicTest> scenarios() throws Exception {
        Path directory = Files.createDirectories(Path.of("target/scenarios").toAbsolutePath());
        Path output = directory.resolve("output.txt");
        Path report = directory.resolve("report.json");
        Files.deleteIfExists(output);
        Files.deleteIfExists(report);
        List<String> arguments = List.of("--quick", "--patience", "5", "--report", directory.toString());
        List<String> obstacles = Sandbox.obstacles();
        obstacles.forEach(obstacle -> System.out.println("scenarios without partitions only: " + obstacle));
        Process process = obstacles.isEmpty()
                ? Sandbox.start(ScenarioMain.class, arguments, output.toFile())
                : startHere(arguments, output);
        try {
            assertThat(process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES))
                    .as("the scenarios end; so far: %s", Files.readString(output))
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(report).as(Files.readString(output)).exists();
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode result : JsonMapper.shared().readTree(report)) {
            String name = result.path("id").stringValue() + ": "
                    + result.path("title").stringValue();
            tests.add(DynamicTest.dynamicTest(
                    name,
                    () -> assertThat(result.path("problem").stringValue())
                            .as("must hold: %s", result.path("passes").stringValue())
                            .isEmpty()));
        }
        assertThat(tests).hasSizeGreaterThan(3);
        return tests.stream();
    }

    private static Process startHere(List<String> arguments, Path output) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ScenarioMain.class.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }
}
