package io.howdah.postgres.process;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs statements in a data directory whose server does not run (manual: app-postgres, "Single-User Mode"): as superuser
 * without a password, while nobody can connect. Stops at the first statement that fails. Stateless.
 */
public final class SingleUserMode {
    private static final int LIMIT_SECONDS = 60;

    private final PostgresBinaries binaries;
    private final UnprivilegedUser user;

    public SingleUserMode(PostgresBinaries binaries, UnprivilegedUser user) {
        this.binaries = binaries;
        this.user = user;
    }

    /**
     * @param options of the server, such as {@code config_file=/etc/postgresql.conf}
     * @param statements each on one line, the way this mode reads them
     * @throws PostgresProcessException with what PostgreSQL printed, when a statement fails
     */
    public void run(DataDirectory data, List<String> options, String database, List<String> statements) {
        List<String> command = new ArrayList<>(List.of(
                binaries.path(Tool.POSTGRES).toString(),
                "--single",
                "-D",
                data.path().toString()));
        options.forEach(option -> command.addAll(List.of("-c", option)));
        command.addAll(List.of("-c", "synchronous_standby_names=", "-c", "exit_on_error=on", database));
        ProcessBuilder builder = new ProcessBuilder(user.wrap(command)).redirectErrorStream(true);
        CommandRunner.cleanEnvironment(builder.environment());
        try {
            Process process = builder.start();
            try (Writer statement = process.outputWriter(StandardCharsets.UTF_8)) {
                for (String sql : statements) {
                    statement.write(sql + "\n");
                }
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new PostgresProcessException("PostgreSQL's single-user mode failed: " + output.strip());
            }
        } catch (IOException e) {
            throw new PostgresProcessException("PostgreSQL's single-user mode failed: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PostgresProcessException("interrupted while PostgreSQL ran in single-user mode", e);
        }
    }
}
