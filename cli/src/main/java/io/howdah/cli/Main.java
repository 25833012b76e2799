package io.howdah.cli;

import io.howdah.cli.command.CommandContext;
import io.howdah.cli.command.Commands;
import io.howdah.cli.local.AdminProcess;
import io.howdah.cli.text.Terminal;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The command line's entry point. The launcher tells by system properties what a JVM learns only slowly or not at all:
 * {@code howdah.home}, {@code howdah.version}, {@code howdah.program} (as typed), {@code howdah.terminals} (the numbers
 * of the standard streams that are terminals), {@code howdah.columns} and {@code howdah.handover}.
 */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        List<String> words = List.of(arguments);
        CommandContext context = context();
        if (words.equals(List.of("train"))) {
            System.exit(Training.run().value());
        }
        System.exit(Commands.run(words, context).value());
    }

    private static CommandContext context() {
        Map<String, String> environment = System.getenv();
        String terminals = System.getProperty("howdah.terminals", "");
        boolean color = !environment.containsKey("NO_COLOR")
                && !environment.getOrDefault("TERM", "dumb").equals("dumb");
        Terminal.Features features = new Terminal.Features(
                terminals.contains("0"),
                terminals.contains("1"),
                terminals.contains("2"),
                Integer.getInteger("howdah.columns", 80),
                color);
        return new CommandContext(
                new Terminal(
                        stream(FileDescriptor.out),
                        stream(FileDescriptor.err),
                        new InputStreamReader(System.in, StandardCharsets.UTF_8),
                        features),
                InstantSource.system(),
                environment,
                Path.of("").toAbsolutePath(),
                System.getProperty("howdah.program", "howdah"),
                System.getProperty("howdah.version", "development"),
                new AdminProcess.Launch(
                        Path.of(System.getProperty("java.home")),
                        Optional.ofNullable(System.getProperty("howdah.home")).map(Path::of),
                        AdminProcess.Launch.MAIN_CLASS,
                        environment.getOrDefault("PATH", "")),
                Optional.ofNullable(System.getProperty("howdah.handover")).map(Path::of));
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        OutputStream raw = new FileOutputStream(descriptor);
        return new PrintStream(new BufferedOutputStream(raw, 8192), true, StandardCharsets.UTF_8);
    }
}
