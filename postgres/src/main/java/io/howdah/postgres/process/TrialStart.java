package io.howdah.postgres.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Starts a server on data of its own, made for the purpose, to see whether one would start with a configuration: PostgreSQL looks
 * at libraries, certificates and memory no earlier. It listens nowhere but on a socket in its own directory. Takes a
 * second or two; one thread at a time.
 */
final class TrialStart {
    private static final Duration INITDB_LIMIT = Duration.ofSeconds(60);
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
    private static final String READY = "database system is ready to accept connections";

    /** Named relative to PGDATA, which is another one here. */
    private static final List<String> FILES =
            List.of("ssl_cert_file", "ssl_key_file", "ssl_ca_file", "ssl_crl_file", "ssl_dh_params_file");

    private final PostgresBinaries binaries;
    private final UnprivilegedUser user;
    private final Path directory;

    /** @param directory for everything that is made; removed before and afterwards */
    TrialStart(PostgresBinaries binaries, UnprivilegedUser user, Path directory) {
        this.binaries = binaries;
        this.user = user;
        this.directory = directory;
    }

    /**
     * @param realData what relative file names in the settings refer to
     * @throws PostgresProcessException with PostgreSQL's words when it does not start
     */
    void run(Path configFile, Path hbaFile, Path realData, Map<String, String> settings) {
        try {
            new DataDirectory(directory, user).delete();
            Files.createDirectories(directory);
            user.own(directory);
            Path data = directory.resolve("pgdata");
            initialize(data);
            start(command(configFile, hbaFile, data, realData, settings));
        } catch (IOException e) {
            throw new PostgresProcessException(
                    "cannot try the settings in %s: %s".formatted(directory, e.getMessage()), e);
        } finally {
            new DataDirectory(directory, user).delete();
        }
    }

    private void initialize(Path data) {
        CommandRunner.Result made = CommandRunner.run(
                user.wrap(List.of(
                        binaries.path(Tool.INITDB).toString(),
                        "-D",
                        data.toString(),
                        "-U",
                        "postgres",
                        "--auth=reject",
                        "--no-sync",
                        "--locale=C",
                        "--encoding=UTF8")),
                INITDB_LIMIT);
        if (!made.succeeded()) {
            throw new PostgresProcessException(
                    "cannot try the settings: " + made.output().strip());
        }
    }

    private List<String> command(
            Path configFile, Path hbaFile, Path data, Path realData, Map<String, String> settings) {
        List<String> command =
                new ArrayList<>(List.of(binaries.path(Tool.POSTGRES).toString(), "-D", data.toString()));
        List<String> options = new ArrayList<>(List.of(
                "config_file=" + configFile,
                "hba_file=" + hbaFile,
                "listen_addresses=",
                "unix_socket_directories=" + directory,
                "external_pid_file=",
                "archive_mode=off",
                "log_min_messages=info",
                "fsync=off"));
        for (String file : FILES) {
            String value = settings.getOrDefault(file, file.equals("ssl_cert_file") ? "server.crt" : "");
            String named = value.isEmpty() && file.equals("ssl_key_file") ? "server.key" : value;
            if (!named.isEmpty()) {
                options.add(file + "=" + realData.resolve(named));
            }
        }
        options.forEach(option -> command.addAll(List.of("-c", option)));
        return user.wrap(command);
    }

    private static void start(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true);
        CommandRunner.cleanEnvironment(builder.environment());
        Process server = builder.start();
        Thread limit = Thread.ofVirtual().start(() -> endAfter(server, START_LIMIT));
        StringBuilder output = new StringBuilder();
        boolean ready = false;
        try (BufferedReader lines = server.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.append(line).append('\n');
                if (line.contains(READY)) {
                    ready = true;
                    // Through its handle, which leaves the stream open for what it still says.
                    server.toHandle().destroy();
                }
            }
            if (!server.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                server.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            server.destroyForcibly();
            throw new PostgresProcessException("interrupted while the settings were tried", e);
        } finally {
            limit.interrupt();
        }
        if (!ready) {
            throw new PostgresProcessException(ConfigurationCheck.complaint(output.toString()));
        }
    }

    private static void endAfter(Process server, Duration limit) {
        try {
            if (!server.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                server.destroyForcibly();
            }
        } catch (InterruptedException e) {
            // It ended in time.
            return;
        }
    }
}
