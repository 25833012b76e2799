package io.howdah.cli.command;

import io.howdah.cli.text.CliException;
import io.howdah.cli.text.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A program that takes our place: handed to the launcher, or run as a child when there is no launcher. */
record Program(Path executable, List<String> arguments, Map<String, String> variables) {
    /** Each of these would override the address or the password that we give. */
    private static final List<String> MISLEADING =
            List.of("PGHOSTADDR", "PGPASSWORD", "PGSERVICE", "PGSERVICEFILE", "PGTARGETSESSIONATTRS", "PGREQUIREAUTH");

    Program {
        arguments = List.copyOf(arguments);
        variables = Map.copyOf(variables);
    }

    ExitCode become(CommandContext context) {
        if (context.handover().isPresent()) {
            handOver(context.handover().get());
            return ExitCode.OK;
        }
        return runAsChild();
    }

    /** Words for env(1), each ended by a NUL. */
    private void handOver(Path file) {
        List<String> words = new ArrayList<>();
        for (String name : MISLEADING) {
            words.add("-u");
            words.add(name);
        }
        variables.forEach((name, value) -> words.add(name + "=" + value));
        words.add(executable.toString());
        words.addAll(arguments);
        try {
            Files.write(file, (String.join("\0", words) + "\0").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private ExitCode runAsChild() {
        List<String> command = new ArrayList<>();
        command.add(executable.toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().keySet().removeAll(MISLEADING);
        builder.environment().putAll(variables);
        try {
            int exitValue = builder.start().waitFor();
            if (exitValue == 0) {
                return ExitCode.OK;
            }
            throw new CliException(ExitCode.FAILED, "%s ended with exit code %d".formatted(executable, exitValue), "");
        } catch (IOException e) {
            throw failure(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.INTERRUPTED;
        }
    }

    private CliException failure(IOException cause) {
        return new CliException(ExitCode.FAILED, "cannot run " + executable, cause.toString()).causedBy(cause);
    }
}
