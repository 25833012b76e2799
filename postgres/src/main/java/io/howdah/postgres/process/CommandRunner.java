package io.howdah.postgres.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Runs a short-lived program to its end, with its output and errors as one text. */
public final class CommandRunner {
    private static final int KEPT_CHARACTERS = 64 * 1024;

    private CommandRunner() {}

    /** How a program ended and the last of what it printed. */
    public record Result(int exitCode, String output) {
        public boolean succeeded() {
            return exitCode == 0;
        }
    }

    public static Result run(List<String> command, Duration timeout) {
        return run(command, Map.of(), timeout, line -> {});
    }

    public static Result run(
            List<String> command, Map<String, String> environment, Duration timeout, Consumer<String> lineListener) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .directory(Path.of("/").toFile());
        cleanEnvironment(builder.environment());
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            StringBuilder output = new StringBuilder();
            Thread reader = Thread.ofVirtual().start(() -> collect(process, output, lineListener));
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new PostgresProcessException(
                        "%s did not finish within %d s".formatted(command, timeout.toSeconds()));
            }
            reader.join();
            return new Result(process.exitValue(), output.toString());
        } catch (IOException e) {
            throw new PostgresProcessException("cannot run %s: %s".formatted(command.getFirst(), e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PostgresProcessException("interrupted while running " + command.getFirst(), e);
        }
    }

    private static void collect(Process process, StringBuilder output, Consumer<String> lineListener) {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = reader.readLine();
            while (line != null) {
                lineListener.accept(line);
                output.append(line).append('\n');
                if (output.length() > KEPT_CHARACTERS) {
                    output.delete(0, output.length() - KEPT_CHARACTERS);
                }
                line = reader.readLine();
            }
        } catch (IOException e) {
            output.append("(output lost: ").append(e.getMessage()).append(")\n");
        }
    }

    /** PG* variables of whoever started Howdah must not reach PostgreSQL's programs; messages are to be in English. */
    public static void cleanEnvironment(Map<String, String> environment) {
        environment
                .keySet()
                .removeAll(environment.keySet().stream()
                        .filter(name -> name.startsWith("PG"))
                        .collect(Collectors.toSet()));
        environment.put("LC_MESSAGES", "C");
        environment.remove("LC_ALL");
        environment.remove("LANGUAGE");
    }
}
