package io.howdah.postgres.adoption;

import io.howdah.postgres.process.CommandRunner;
import io.howdah.postgres.process.DataDirectory;
import io.howdah.postgres.process.PostgresProcess;
import io.howdah.postgres.process.PostgresProcessException;
import io.howdah.postgres.process.ProcessIdentity;
import io.howdah.postgres.process.UnprivilegedUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Stops a server the way that whoever keeps it expects, and starts it again as it had been started: by systemd when a unit
 * keeps it, else by a fast shutdown and by its own former command line. Blocks its caller; one thread at a time.
 */
public final class OldMeans {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final FoundServer server;
    private final DataDirectory data;
    private final UnprivilegedUser user;

    public OldMeans(FoundServer server, UnprivilegedUser user) {
        this.server = server;
        this.data = new DataDirectory(server.data(), user);
        this.user = user;
    }

    /** What a person would type to stop it. */
    public String stopCommand() {
        return server.unit().map("systemctl stop "::concat).orElse("pg_ctl stop -m fast -D " + server.data());
    }

    /** What a person would type to start it. */
    public String startCommand() {
        return server.unit().map("systemctl start "::concat).orElse("pg_ctl start -D " + server.data());
    }

    /**
     * Stops it in order and never harshly: all it has is then in its data directory and was sent to its standbys.
     *
     * @throws PostgresProcessException when it does not stop in time; it then may still do so
     */
    public void stop(Duration limit) {
        boolean stopped;
        if (server.unit().isPresent()) {
            systemctl("stop", limit);
            stopped = !server.identity().isAlive();
        } else {
            stopped = PostgresProcess.foreign(server.identity(), data).stopInOrder(limit);
        }
        if (!stopped) {
            throw new PostgresProcessException(
                    "the server (process %d) was told to stop and has not done so within %d s; look into its log, or stop it with '%s'"
                            .formatted(server.identity().pid(), limit.toSeconds(), stopCommand()));
        }
        if (!data.readControl().isCleanlyStopped()) {
            throw new PostgresProcessException(
                    "the server has stopped, but not in order; start it with '%s', so that it recovers"
                            .formatted(startCommand()));
        }
    }

    /** Starts it and waits until it accepts connections. */
    public void start() {
        if (server.unit().isPresent()) {
            systemctl("start", START_LIMIT);
            return;
        }
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
            command.add("setsid");
        }
        command.addAll(user.wrap(server.command()));
        Path nothing = Path.of("/dev/null");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectErrorStream(true)
                .redirectInput(nothing.toFile())
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        server.output().orElse(nothing).toFile()));
        CommandRunner.cleanEnvironment(builder.environment());
        try {
            Process child = builder.start();
            ProcessIdentity identity = ProcessIdentity.of(child.pid())
                    .orElseThrow(() -> new PostgresProcessException("PostgreSQL ended as soon as it was started"));
            PostgresProcess.foreign(identity, data).awaitReady(START_LIMIT);
        } catch (IOException e) {
            throw new PostgresProcessException("cannot start %s: %s".formatted(command, e.getMessage()), e);
        }
    }

    private void systemctl(String verb, Duration limit) {
        CommandRunner.Result result =
                CommandRunner.run(List.of("systemctl", verb, server.unit().orElseThrow()), limit);
        if (!result.succeeded()) {
            throw new PostgresProcessException("'systemctl %s %s' failed: %s"
                    .formatted(
                            verb, server.unit().orElseThrow(), result.output().strip()));
        }
    }
}
