package io.howdah.postgres.replication;

import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.TimelineId;
import io.howdah.postgres.client.ConnectOptions;
import io.howdah.postgres.client.PostgresClient;
import io.howdah.postgres.client.ReplicationHandler;
import io.howdah.postgres.process.DataDirectory;
import io.howdah.postgres.process.UnprivilegedUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Clones a running server over a replication connection, as pg_basebackup does: the data streams straight into the
 * target directory, together with the log that makes it consistent, and is checked against the server's manifest.
 *
 * <p>Nothing counts before the end: while the copy is under way, and after any failure, the target holds {@link
 * DataDirectory#INCOMPLETE_MARKER}, which goes away after every file is durable. One use; blocks its thread.
 */
public final class BaseBackup {
    /** The checkpoint at the beginning is silent and may take this long on a busy server. */
    private static final Duration SILENCE_LIMIT = Duration.ofMinutes(5);

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Pattern MAJOR = Pattern.compile("(\\d+).*");
    private static final int NEW_SYNTAX_MAJOR = 15;

    private final ConnectOptions source;
    private final UnprivilegedUser user;
    private final UnaryOperator<ReplicationHandler> wire;

    /** Receives progress; called by the cloning thread, often. The total is an estimate that may be surpassed. */
    public interface Progress {
        void update(long bytesDone, long bytesTotal);
    }

    /**
     * What was cloned.
     *
     * @param systemIdentifier of the source and now of the copy
     * @param timeline on which the backup started
     * @param start where the copy's recovery begins
     * @param end the position at which the copy is consistent
     * @param bytes how much was transferred
     */
    public record Result(long systemIdentifier, TimelineId timeline, Lsn start, Lsn end, long bytes) {}

    /** A clone of the server that the options lead to; the role needs the replication attribute. */
    public BaseBackup(ConnectOptions source, UnprivilegedUser user) {
        this(source, user, UnaryOperator.identity());
    }

    BaseBackup(ConnectOptions source, UnprivilegedUser user, UnaryOperator<ReplicationHandler> wire) {
        this.source = source.withReplication()
                .withTimeouts(CONNECT_TIMEOUT, SILENCE_LIMIT)
                .withApplicationName("howdah-clone");
        this.user = user;
        this.wire = wire;
    }

    /** Clones into an absent or empty directory. */
    public Result cloneInto(Path target, Progress progress) {
        return new BackupTarget(target, user)
                .fill("the clone of " + source.endpoint(), writer -> copy(target, writer, progress));
    }

    private Result copy(Path target, DirectoryWriter writer, Progress progress) throws IOException {
        try (PostgresClient client = PostgresClient.connect(source)) {
            int major = major(client);
            ReplicationCommands.SystemIdentity identity = ReplicationCommands.identifySystem(client);
            BackupReceiver receiver = new BackupReceiver(major, writer, progress);
            client.copyOut(command(major), wire.apply(receiver));
            byte[] manifestContent = receiver.manifest();
            BackupManifest manifest = BackupManifest.parse(manifestContent);
            manifest.verify(
                    writer.received(),
                    new DataDirectory(target, user).readControl().walSegmentBytes());
            Files.write(target.resolve("backup_manifest"), manifestContent);
            List<BackupReceiver.WalPoint> points = receiver.points();
            return new Result(
                    identity.systemIdentifier(),
                    points.getFirst().timeline(),
                    points.getFirst().lsn(),
                    points.getLast().lsn(),
                    receiver.bytesDone());
        }
    }

    private static int major(PostgresClient client) {
        String version = client.parameters().getOrDefault("server_version", "");
        Matcher matcher = MAJOR.matcher(version);
        if (!matcher.matches()) {
            throw new BackupException("the source does not say its version but '%s'".formatted(version));
        }
        return Integer.parseInt(matcher.group(1));
    }

    /** The log is part of the backup, so there is no need to wait for it to be archived. */
    static String command(int major) {
        return major >= NEW_SYNTAX_MAJOR
                ? "BASE_BACKUP (LABEL 'howdah clone', PROGRESS true, CHECKPOINT 'fast', WAL true, WAIT false,"
                        + " MANIFEST 'yes', MANIFEST_CHECKSUMS 'CRC32C')"
                : "BASE_BACKUP LABEL 'howdah clone' PROGRESS FAST WAL NOWAIT MANIFEST 'yes' MANIFEST_CHECKSUMS 'CRC32C'";
    }
}
