package io.howdah.testkit.cluster;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Runs the built program's command line as a process of its own, from the packaged {@code dist/target/howdah}, never from
 * classes under test: what a test sees is what a user gets.
 */
public final class HowdahCommand {
    private static final int LIMIT_SECONDS = 240;

    private final Path home;

    private HowdahCommand(Path home) {
        this.home = home;
    }

    /** Finds the packaged program above the working directory. */
    public static HowdahCommand find() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path home = at.resolve("dist/target/howdah");
            if (Files.isDirectory(home.resolve("lib"))) {
                return new HowdahCommand(home);
            }
        }
        throw new IllegalStateException("dist/target/howdah does not exist: run 'mvn package -pl dist -am' first");
    }

    /** Runs to the end and collects both outputs. */
    public CommandResult run(List<String> arguments) {
        return run("cli.args", "io.howdah.cli.Main", arguments);
    }

    /** The same for the server's program with a role's arguments. */
    public CommandResult runServer(List<String> arguments) {
        return run("node.args", "io.howdah.server.Main", arguments);
    }

    private CommandResult run(String flags, String mainClass, List<String> arguments) {
        try {
            Process process = start(flags, mainClass, arguments);
            process.getOutputStream().close();
            CompletableFuture<String> output = drain(process.getInputStream());
            CompletableFuture<String> errors = drain(process.getErrorStream());
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("'howdah %s' did not end in %d s".formatted(arguments, LIMIT_SECONDS));
            }
            return new CommandResult(process.exitValue(), output.get(), errors.get());
        } catch (IOException | ExecutionException e) {
            throw new AssertionError("cannot run howdah " + arguments, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while running howdah " + arguments, e);
        }
    }

    private Process start(String flags, String mainClass, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + home.resolve(flags));
        command.add(mainClass);
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .directory(new File("").getAbsoluteFile())
                .start();
    }

    private static CompletableFuture<String> drain(InputStream stream) {
        CompletableFuture<String> text = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (stream) {
                text.complete(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                text.completeExceptionally(e);
            }
        });
        return text;
    }
}
