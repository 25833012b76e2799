package io.howdah.postgres.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Starts the postmaster of one data directory, or adopts the one that already runs there.
 *
 * <p>PostgreSQL is started without pg_ctl, as a child in a session of its own, so that it outlives this process and no
 * Ctrl-C reaches it. It always starts as a standby: only a promotion makes a primary. One thread at a time.
 */
public final class PostgresServer {
    /** What PostgreSQL says while processes of a killed predecessor are still on their way out. */
    private static final List<String> PASSING_OBSTACLES =
            List.of("pre-existing shared memory block", "lock file \"postmaster.pid\" already exists");

    private static final Duration RETRY_PAUSE = Duration.ofMillis(50);

    private final PostgresBinaries binaries;
    private final UnprivilegedUser user;
    private final DataDirectory data;
    private final ServerConfiguration configuration;
    private final Path logFile;

    public PostgresServer(
            PostgresBinaries binaries,
            UnprivilegedUser user,
            DataDirectory data,
            ServerConfiguration configuration,
            Path logFile) {
        this.binaries = binaries;
        this.user = user;
        this.data = data;
        this.configuration = configuration;
        this.logFile = logFile;
    }

    /** Starts and waits until connections are accepted; throws with the end of the server's log when that fails. */
    public PostgresProcess start(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            PostgresProcess process = launch();
            try {
                process.awaitReady(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
                return process;
            } catch (PostgresProcessException e) {
                String message = String.valueOf(e.getMessage());
                boolean passing = PASSING_OBSTACLES.stream().anyMatch(message::contains);
                if (process.isAlive() || !passing || System.nanoTime() > deadline) {
                    throw e;
                }
            }
            Waiting.pause(RETRY_PAUSE);
        }
    }

    /**
     * Starts without waiting: for a standby that must first fetch log before it can be consistent. Throws when
     * PostgreSQL runs there already.
     */
    public PostgresProcess launch() {
        adopt().ifPresent(running -> {
            throw new PostgresProcessException(
                    "PostgreSQL already runs in %s as process %d".formatted(data.path(), running.pid()));
        });
        requireVersion();
        data.prepareForStart();
        configuration.write(binaries.version());
        long logOffset = logBytes();
        ProcessBuilder builder = new ProcessBuilder(command())
                .directory(Path.of("/").toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile.toFile()));
        CommandRunner.cleanEnvironment(builder.environment());
        try {
            Process child = builder.start();
            return PostgresProcess.child(child, data, new ServerLog(logFile, logOffset));
        } catch (IOException e) {
            throw new PostgresProcessException("cannot start PostgreSQL: " + e.getMessage(), e);
        }
    }

    private void requireVersion() {
        switch (data.state()) {
            case DataState.Initialized initialized -> {
                if (initialized.majorVersion() != binaries.version().major()) {
                    throw new PostgresProcessException(
                            "%s was made by PostgreSQL %d but the programs in %s are version %s; install PostgreSQL %d"
                                    .formatted(
                                            data.path(),
                                            initialized.majorVersion(),
                                            binaries.directory(),
                                            binaries.version(),
                                            initialized.majorVersion()));
                }
            }
            case DataState.Empty empty -> throw new PostgresProcessException(data.path() + " is empty");
            case DataState.HalfMade half -> throw new PostgresProcessException(half.reason());
            case DataState.Unrecognized other -> throw new PostgresProcessException(other.reason());
        }
    }

    private List<String> command() {
        List<String> command = new ArrayList<>();
        if (UnprivilegedUser.isOnPath("setsid")) {
            command.add("setsid");
        }
        command.addAll(user.wrap(List.of(
                binaries.path(Tool.POSTGRES).toString(),
                "-D",
                data.path().toString(),
                "-c",
                "config_file=" + configuration.configFile(),
                "-c",
                "hba_file=" + configuration.hbaFile())));
        return command;
    }

    /** The postmaster that runs in this data directory, whoever started it; a stale postmaster.pid is no such. */
    public Optional<PostgresProcess> adopt() {
        return data.readPostmasterPid()
                .flatMap(file -> ProcessIdentity.of(file.pid()))
                .filter(identity -> identity.worksIn(data.path()))
                .map(identity -> PostgresProcess.adopted(identity, data, new ServerLog(logFile, logBytes())));
    }

    private long logBytes() {
        try {
            return Files.exists(logFile) ? Files.size(logFile) : 0;
        } catch (IOException e) {
            throw new PostgresProcessException("cannot look at the log file " + logFile, e);
        }
    }
}
