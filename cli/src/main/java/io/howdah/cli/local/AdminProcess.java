package io.howdah.cli.local;

import io.howdah.cli.api.AdminClient;
import io.howdah.cli.api.Json;
import io.howdah.cli.text.CliException;
import io.howdah.cli.text.ExitCode;
import io.howdah.cli.text.ProgressView;
import io.howdah.cli.text.Units;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * The admin process of a local cluster: found by {@code run/admin.json}, started detached, stopped by a signal. Methods
 * block; they are called by the one thread that runs the command.
 */
public final class AdminProcess {
    private static final Duration ANSWER = Duration.ofSeconds(2);
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final int TAIL_LINES = 15;

    private final ClusterDirectory directory;
    private final Launch launch;

    /**
     * How the server's JVM is started.
     *
     * @param javaHome the JDK
     * @param home the installed program, if it is installed; else the class path of this JVM is used
     * @param mainClass the program with the roles
     * @param path where to look for {@code setsid}
     */
    public record Launch(Path javaHome, Optional<Path> home, String mainClass, String path) {
        public static final String MAIN_CLASS = "io.howdah.server.Main";
    }

    public AdminProcess(ClusterDirectory directory, Launch launch) {
        this.directory = directory;
        this.launch = launch;
    }

    /** The admin process, if it runs and answers. */
    public Optional<AdminClient> find() {
        return identity().flatMap(identity -> client()).filter(client -> client.isLive(ANSWER));
    }

    /** A process that is alive by its pid, answering or not. */
    public Optional<ProcessIdentity> identity() {
        return directory.json(directory.adminFile()).map(ProcessIdentity::from).filter(ProcessIdentity::isAlive);
    }

    /**
     * Starts the process so that it outlives this one, and waits until it answers.
     *
     * @throws CliException with the end of its log when it does not
     */
    public AdminClient start(ProgressView progress) {
        identity().ifPresent(silent -> {
            throw new CliException(
                    ExitCode.UNREACHABLE,
                    "the admin process (pid %d) runs but does not answer".formatted(silent.pid()),
                    "it may be overloaded or stopped by a debugger",
                    List.of("kill %d, then repeat the command".formatted(silent.pid())),
                    tail(0));
        });
        progress.step("admin", "starts");
        Path log = log();
        long offset = log.toFile().length();
        Process process = spawn(log);
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (System.nanoTime() - deadline < 0) {
            Optional<AdminClient> found = find();
            if (found.isPresent()) {
                progress.step("admin", "answers at " + found.get().base());
                return found.get();
            }
            if (!process.isAlive()) {
                throw failed("it ended with exit code %d".formatted(process.exitValue()), offset);
            }
            progress.tick();
            LockSupport.parkNanos(POLL.toNanos());
        }
        process.destroy();
        throw failed("it did not answer within " + Units.duration(START_LIMIT), offset);
    }

    /** Stops the process if it runs; returns whether it did. */
    public boolean stop() {
        Optional<ProcessIdentity> running = identity();
        running.ifPresent(identity -> {
            List<LocalProcesses.Component> admin = List.of(new LocalProcesses.Component("admin", identity));
            identity.terminate();
            if (!LocalProcesses.awaitEnd(admin, STOP_LIMIT)) {
                // It holds nothing that a kill could hurt.
                identity.kill();
                LocalProcesses.awaitEnd(admin, STOP_LIMIT);
            }
        });
        return running.isPresent();
    }

    private Optional<AdminClient> client() {
        return directory
                .json(directory.adminFile())
                .map(fields -> fields.shown("url"))
                .filter(url -> url.startsWith("http://"))
                .map(url -> new AdminClient(URI.create(url), directory.token()));
    }

    private Process spawn(Path log) {
        List<String> command = new ArrayList<>();
        // A session of its own: neither the end of this terminal nor Ctrl-C in it reaches the process.
        Programs.find("setsid", launch.path()).map(Path::toString).ifPresent(command::add);
        command.add(launch.javaHome().resolve("bin").resolve("java").toString());
        Optional<Path> argumentFile =
                launch.home().map(home -> home.resolve("admin.args")).filter(Files::exists);
        if (argumentFile.isPresent()) {
            command.add("@" + argumentFile.get());
        } else {
            command.addAll(List.of("-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path")));
            launch.home().ifPresent(home -> command.add("-Dhowdah.home=" + home));
        }
        command.addAll(
                List.of(launch.mainClass(), "admin", "--dir", directory.root().toString()));
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.root().toFile())
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            forgetPostgresVariables(builder.environment());
            return builder.start();
        } catch (IOException e) {
            throw new CliException(ExitCode.FAILED, "the admin process could not be started", e.toString()).causedBy(e);
        }
    }

    /** What is meant for the user's own psql must not leak into the servers. */
    private static void forgetPostgresVariables(Map<String, String> environment) {
        environment.keySet().removeIf(name -> name.startsWith("PG"));
    }

    private CliException failed(String why, long logOffset) {
        return new CliException(
                ExitCode.FAILED,
                "the admin process did not start",
                why,
                List.of("look into " + log()),
                tail(logOffset));
    }

    private Path log() {
        return directory.logs().resolve("admin.log");
    }

    private List<String> tail(long offset) {
        return LogFile.tail(log(), offset, TAIL_LINES);
    }

    /** What admin wrote about itself; empty fields when there is nothing. */
    public Json.Fields description() {
        return directory.json(directory.adminFile()).orElse(Json.Fields.EMPTY);
    }
}
