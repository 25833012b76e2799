package io.howdah.server.provision;

import io.howdah.server.configuration.ProcessIdentity;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts {@code java ... io.howdah.server.Main <role> --config <file>} in a session of its own, so that neither the end of the
 * starter nor Ctrl-C in its terminal reaches it. Stateless; safe from any thread.
 */
public final class DetachedLauncher implements ProcessLauncher {
    private static final List<Path> SETSID = List.of(Path.of("/usr/bin/setsid"), Path.of("/bin/setsid"));

    private static final long PROGRAM_LIMIT_NANOS = 2_000_000_000L;

    private final Program program;

    public DetachedLauncher(Program program) {
        this.program = program;
    }

    @Override
    public ProcessIdentity start(Component component, Path log) {
        List<String> command = command(component);
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            // What is meant for a user's own psql must not leak into the servers.
            builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
            Process process = builder.start();
            awaitProgram(process);
            // setsid replaces itself by its command, so the process keeps its number.
            return ProcessIdentity.of(process.pid())
                    .orElseThrow(() -> new ProvisionException(
                            component + " ended at once",
                            "exit code " + process.onExit().join().exitValue(),
                            "read " + log,
                            component.name()));
        } catch (IOException e) {
            throw new ProvisionException(
                    component + " cannot be started",
                    String.valueOf(e.getMessage()),
                    "check that " + command.getFirst() + " and " + log.getParent() + " can be used",
                    component.name());
        }
    }

    /**
     * Until setsid has replaced itself by the program, the process cannot be told from others by its command line, and
     * whoever looked for it in these milliseconds would start a second one.
     */
    private static void awaitProgram(Process process) {
        File commandLine = new File("/proc/%d/cmdline".formatted(process.pid()));
        long deadlineNanos = System.nanoTime() + PROGRAM_LIMIT_NANOS;
        while (process.isAlive() && System.nanoTime() < deadlineNanos) {
            // Not through a channel: an interrupt would end the read, and the process would go unnoticed.
            try (InputStream in = new FileInputStream(commandLine)) {
                String first = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1).split("\0", 2)[0];
                if (!first.isEmpty() && !first.endsWith("setsid") && !first.endsWith("jspawnhelper")) {
                    return;
                }
            } catch (IOException e) {
                // The process ended: the caller finds out.
                return;
            }
            Thread.onSpinWait();
        }
    }

    List<String> command(Component component) {
        List<String> command = new ArrayList<>();
        SETSID.stream().filter(Files::isExecutable).findFirst().ifPresent(path -> command.add(path.toString()));
        command.add(program.java().toString());
        program.argumentFile(component.kind()).ifPresentOrElse(file -> command.add("@" + file), () -> {
            command.addAll(JvmFlags.of(component.kind(), program));
            command.add("-cp");
            command.add(program.classPath());
        });
        command.addAll(component.arguments());
        return command;
    }
}
