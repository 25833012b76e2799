package io.howdah.postgres.process;

import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.TimelineId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * What {@code global/pg_control} says, for PostgreSQL 14 to 18 (pg_control.h; the layout is that of 64 bit platforms).
 *
 * @param systemIdentifier drawn by initdb; the same in all copies
 * @param controlVersion layout of the file
 * @param catalogVersion layout of the system catalog
 * @param state what the server was doing when it last wrote the file
 * @param checkpoint position of the last checkpoint record
 * @param redo where recovery begins
 * @param checkpointTimeline timeline of the last checkpoint
 * @param previousTimeline the timeline before it, when that checkpoint began a new one
 * @param minimumRecovery a standby is consistent only past this; zero when it does not apply
 * @param minimumRecoveryTimeline timeline of that, 0 when it does not apply
 * @param walSegmentBytes size of a log segment
 * @param dataChecksums whether data pages have checksums
 * @param walLogHints whether hint bit changes are logged
 */
public record ControlFile(
        long systemIdentifier,
        int controlVersion,
        int catalogVersion,
        ClusterState state,
        Lsn checkpoint,
        Lsn redo,
        TimelineId checkpointTimeline,
        TimelineId previousTimeline,
        Lsn minimumRecovery,
        int minimumRecoveryTimeline,
        int walSegmentBytes,
        boolean dataChecksums,
        boolean walLogHints) {
    /** PostgreSQL 14 to 16. */
    private static final int VERSION_1300 = 1300;

    /** PostgreSQL 17, where every field that is read here is where it was. */
    private static final int VERSION_1700 = 1700;

    /** PostgreSQL 18, which added one byte before the checksum. */
    private static final int VERSION_1800 = 1800;

    private static final int CHECKSUM_OFFSET_1300 = 288;
    private static final int CHECKSUM_OFFSET_1800 = 292;

    /** The server rewrites the file while it runs; a reader that catches it half way tries again. */
    private static final int READ_ATTEMPTS = 20;

    private static final long RETRY_MILLIS = 5;

    /** Reads the file of a data directory, or throws when it is missing, damaged, or of another version. */
    public static ControlFile read(Path dataDirectory) {
        Path file = dataDirectory.resolve("global/pg_control");
        PostgresProcessException failure = new PostgresProcessException("cannot read " + file);
        for (int attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
            try {
                return parse(Files.readAllBytes(file));
            } catch (IOException e) {
                throw new PostgresProcessException("cannot read %s: %s".formatted(file, e.getMessage()), e);
            } catch (PostgresProcessException e) {
                failure = e;
            }
            pause();
        }
        throw new PostgresProcessException("%s: %s".formatted(file, failure.getMessage()), failure);
    }

    private static void pause() {
        try {
            Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PostgresProcessException("interrupted", e);
        }
    }

    static ControlFile parse(byte[] content) {
        ByteBuffer in = ByteBuffer.wrap(content).order(ByteOrder.nativeOrder());
        if (content.length < CHECKSUM_OFFSET_1800 + Integer.BYTES) {
            throw new PostgresProcessException("the control file has only " + content.length + " bytes");
        }
        int version = in.getInt(8);
        int checksumOffset = switch (version) {
            case VERSION_1300, VERSION_1700 -> CHECKSUM_OFFSET_1300;
            case VERSION_1800 -> CHECKSUM_OFFSET_1800;
            default ->
                throw new PostgresProcessException(
                        "the control file has version %d; known are %d (PostgreSQL 14 to 16), %d (17) and %d (18)"
                                .formatted(version, VERSION_1300, VERSION_1700, VERSION_1800));
        };
        CRC32C checksum = new CRC32C();
        checksum.update(content, 0, checksumOffset);
        if ((int) checksum.getValue() != in.getInt(checksumOffset)) {
            throw new PostgresProcessException("the checksum of the control file does not match");
        }
        return new ControlFile(
                in.getLong(0),
                version,
                in.getInt(12),
                ClusterState.of(in.getInt(16)),
                new Lsn(in.getLong(32)),
                new Lsn(in.getLong(40)),
                new TimelineId(in.getInt(48)),
                new TimelineId(in.getInt(52)),
                new Lsn(in.getLong(136)),
                in.getInt(144),
                in.getInt(228),
                in.getInt(252) != 0,
                in.get(176) != 0);
    }

    /** Whether the server ended in order, as pg_rewind demands. */
    public boolean isCleanlyStopped() {
        return state == ClusterState.SHUTDOWNED || state == ClusterState.SHUTDOWNED_IN_RECOVERY;
    }

    /** The highest timeline that the file knows this data to be on. */
    public TimelineId timeline() {
        return minimumRecoveryTimeline > checkpointTimeline.value()
                ? new TimelineId(minimumRecoveryTimeline)
                : checkpointTimeline;
    }
}
