package io.howdah.postgres.process;

import io.howdah.postgres.client.ConnectOptions;
import io.howdah.postgres.client.Credential;
import io.howdah.postgres.client.Endpoint;
import io.howdah.postgres.client.PostgresClient;
import io.howdah.postgres.client.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Brings a diverged data directory back to the leader's history with pg_rewind.
 *
 * <p>pg_rewind cannot be resumed: the caller notes before {@link #rewindTo} that the directory is not to be trusted, and
 * removes the note after success. After any failure the directory must be cloned anew. Blocks its thread; PostgreSQL
 * must be down.
 */
public final class Rewind {
    private static final Duration CHECKPOINT_INTERVAL = Duration.ofMillis(50);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /** {@code pg_control_checkpoint} reads the file on disk, which is what pg_rewind will look at. */
    private static final String SOURCE_TIMELINES = """
            SELECT pg_is_in_recovery() AS standby,
                   (SELECT timeline_id FROM pg_control_checkpoint()) AS checkpoint,
                   ('x' || left(CASE WHEN pg_is_in_recovery() THEN '00000000'
                                     ELSE pg_walfile_name(pg_current_wal_insert_lsn()) END, 8))::bit(32)::int AS current""";

    private final PostgresBinaries binaries;
    private final UnprivilegedUser user;
    private final DataDirectory data;
    private final ServerConfiguration configuration;

    public Rewind(
            PostgresBinaries binaries, UnprivilegedUser user, DataDirectory data, ServerConfiguration configuration) {
        this.binaries = binaries;
        this.user = user;
        this.data = data;
        this.configuration = configuration;
    }

    /** What pg_rewind found. */
    public enum Outcome {
        REWOUND,
        /** The directory was a prefix of the source's history already. */
        NOT_REQUIRED
    }

    /** Whether the installation has pg_rewind; without it a diverged directory must be cloned anew. */
    public boolean isAvailable() {
        return binaries.has(Tool.PG_REWIND);
    }

    /**
     * Replays the log of a crashed server and shuts it down in order, which pg_rewind demands. Only for data that is
     * known to be ahead of the leader's history: the recovery ends the log on the old timeline, and so makes a directory
     * that could have just streamed diverge.
     */
    public void recoverSingleUser(Duration timeout) {
        try {
            Files.deleteIfExists(data.path().resolve("standby.signal"));
            Files.deleteIfExists(data.path().resolve("recovery.signal"));
            data.dropPlaceholders();
        } catch (IOException e) {
            throw new PostgresProcessException("cannot prepare the recovery of " + data.path(), e);
        }
        CommandRunner.Result result = CommandRunner.run(
                user.wrap(List.of(
                        binaries.path(Tool.POSTGRES).toString(),
                        "--single",
                        "-D",
                        data.path().toString(),
                        "-c",
                        "config_file=" + configuration.configFile(),
                        "-c",
                        "archive_mode=off",
                        "-c",
                        "synchronous_standby_names=",
                        "template1")),
                timeout);
        if (!result.succeeded() || !data.readControl().isCleanlyStopped()) {
            throw new PostgresProcessException("the crash recovery of %s failed: %s"
                    .formatted(data.path(), result.output().strip()));
        }
    }

    /**
     * Rewinds to the history of the source. Waits first until the source's control file knows its present timeline:
     * right after a promotion it does not, and pg_rewind would compare with the old one and find nothing to do.
     *
     * @param source the leader; only its host and port are used
     * @param superuser role that may read the source's files
     * @param superuserPassword its password
     * @param timeout for the whole
     * @param progress gets each line that pg_rewind prints
     */
    public Outcome rewindTo(
            Upstream source, String superuser, String superuserPassword, Duration timeout, Consumer<String> progress) {
        if (!data.readControl().isCleanlyStopped()) {
            throw new PostgresProcessException(
                    "%s was not shut down in order; it needs crash recovery before pg_rewind".formatted(data.path()));
        }
        long deadline = System.nanoTime() + timeout.toNanos();
        awaitCheckpoint(source, superuser, superuserPassword, timeout);
        Path passFile = configuration.settings().directory().resolve("rewind.passfile");
        try {
            Durable.replace(
                    passFile, "*:*:*:*:" + ServerConfiguration.escapeForPassFile(superuserPassword) + "\n", user);
            CommandRunner.Result result = CommandRunner.run(
                    user.wrap(command(source, superuser)),
                    Map.of("PGPASSFILE", passFile.toString()),
                    Duration.ofNanos(Math.max(1, deadline - System.nanoTime())),
                    progress);
            if (!result.succeeded()) {
                throw new PostgresProcessException("pg_rewind failed, so %s must be cloned anew: %s"
                        .formatted(data.path(), result.output().strip()));
            }
            return result.output().contains("no rewind required") ? Outcome.NOT_REQUIRED : Outcome.REWOUND;
        } catch (IOException e) {
            throw new PostgresProcessException("cannot write " + passFile, e);
        } finally {
            deletePassFile(passFile);
        }
    }

    private List<String> command(Upstream source, String superuser) {
        return List.of(
                binaries.path(Tool.PG_REWIND).toString(),
                "--target-pgdata=" + data.path(),
                "--source-server=host='%s' port='%d' user='%s' dbname='postgres' application_name='howdah-rewind'"
                        .formatted(source.host(), source.port(), superuser),
                "--no-ensure-shutdown",
                "--progress");
    }

    private static void awaitCheckpoint(Upstream source, String superuser, String password, Duration timeout) {
        ConnectOptions options = ConnectOptions.of(
                        new Endpoint.Tcp(source.host(), source.port()),
                        superuser,
                        "postgres",
                        new Credential.Password(password))
                .withApplicationName("howdah-rewind")
                .withTimeouts(CONNECT_TIMEOUT, timeout);
        try (PostgresClient client = PostgresClient.connect(options)) {
            if (hasCheckpoint(client)) {
                return;
            }
            // The checkpoint after a promotion is spread over minutes; this one is not.
            client.execute("CHECKPOINT");
            if (!Waiting.until(timeout, CHECKPOINT_INTERVAL, () -> hasCheckpoint(client))) {
                throw new PostgresProcessException(
                        "the leader at %s:%d has no checkpoint on its timeline yet; try later"
                                .formatted(source.host(), source.port()));
            }
        }
    }

    private static boolean hasCheckpoint(PostgresClient client) {
        Row row = client.query(SOURCE_TIMELINES).getFirst();
        if (row.flag("standby")) {
            throw new PostgresProcessException("the source of a rewind must be a primary and is a standby");
        }
        return row.integer("checkpoint") == row.integer("current");
    }

    private static void deletePassFile(Path passFile) {
        try {
            Files.deleteIfExists(passFile);
        } catch (IOException e) {
            throw new PostgresProcessException(
                    "cannot remove %s, which holds a password; remove it by hand".formatted(passFile), e);
        }
    }
}
