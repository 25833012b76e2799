package io.howdah.postgres.replication;

import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.TimelineId;
import io.howdah.postgres.client.ReplicationHandler;
import io.howdah.postgres.client.Row;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes the answer of BASE_BACKUP. PostgreSQL 14 sends one copy per archive and one for the manifest; from 15 on there
 * is one copy in which the first byte of each message tells what it is.
 */
final class BackupReceiver implements ReplicationHandler {
    private static final int TYPED_MESSAGES_MAJOR = 15;

    /** Manifests grow by about 150 bytes a file; this allows for a million files. */
    private static final int MANIFEST_LIMIT = 256 * 1024 * 1024;

    private final boolean typedMessages;
    private final DirectoryWriter writer;
    private final BaseBackup.Progress progress;
    private final ByteArrayOutputStream manifest = new ByteArrayOutputStream();
    private final List<WalPoint> points = new ArrayList<>();
    private Optional<TarReader> archive = Optional.empty();
    private boolean inManifest;
    private int archives;
    private int archivesSeen;
    private long bytesTotal;
    private long bytesDone;

    /** A position that the server reports: where the backup starts, then where it ends. */
    record WalPoint(Lsn lsn, TimelineId timeline) {}

    BackupReceiver(int serverMajor, DirectoryWriter writer, BaseBackup.Progress progress) {
        this.typedMessages = serverMajor >= TYPED_MESSAGES_MAJOR;
        this.writer = writer;
        this.progress = progress;
    }

    @Override
    public void row(Row row) {
        if (row.columns().contains("recptr")) {
            points.add(new WalPoint(Lsn.parse(row.text("recptr")), new TimelineId(row.integer("tli"))));
            return;
        }
        row.find("spclocation").ifPresent(location -> {
            throw new BackupException(
                    "the source has a tablespace in %s; clones of databases with tablespaces are not supported yet"
                            .formatted(location));
        });
        archives++;
        bytesTotal += row.find("size").map(Long::parseLong).orElse(0L) * 1024;
    }

    @Override
    public void copyStart() {
        if (!typedMessages) {
            beginPart(archivesSeen == archives);
        }
    }

    @Override
    public void copyData(byte[] buffer, int offset, int length) throws IOException {
        if (!typedMessages) {
            content(buffer, offset, length);
            return;
        }
        if (length == 0) {
            throw new BackupException("the server sent an empty message in a backup");
        }
        switch (buffer[offset]) {
            case 'n' -> beginPart(false);
            case 'm' -> beginPart(true);
            case 'd' -> content(buffer, offset + 1, length - 1);
            case 'p' -> progress.update(bytesDone, Math.max(bytesTotal, bytesDone));
            default ->
                throw new BackupException(
                        "the server sent a message of unknown type %d in a backup".formatted(buffer[offset]));
        }
    }

    private void beginPart(boolean isManifest) {
        endPart();
        inManifest = isManifest;
        if (!isManifest) {
            archivesSeen++;
            archive = Optional.of(new TarReader(writer));
        }
    }

    private void endPart() {
        archive.ifPresent(TarReader::finish);
        archive = Optional.empty();
    }

    private void content(byte[] buffer, int offset, int length) throws IOException {
        if (inManifest) {
            if (manifest.size() + length > MANIFEST_LIMIT) {
                throw new BackupException("the backup manifest is larger than %d bytes".formatted(MANIFEST_LIMIT));
            }
            manifest.write(buffer, offset, length);
            return;
        }
        archive.orElseThrow(() -> new BackupException("the server sent data before it named an archive"))
                .accept(buffer, offset, length);
        bytesDone += length;
        if (!typedMessages) {
            progress.update(bytesDone, Math.max(bytesTotal, bytesDone));
        }
    }

    @Override
    public void copyDone() {
        endPart();
    }

    /** Where the backup starts and, second, where it ends. */
    List<WalPoint> points() {
        if (points.size() != 2) {
            throw new BackupException("the server reported %d positions in a backup, not 2".formatted(points.size()));
        }
        return List.copyOf(points);
    }

    byte[] manifest() {
        return manifest.toByteArray();
    }

    long bytesDone() {
        return bytesDone;
    }
}
