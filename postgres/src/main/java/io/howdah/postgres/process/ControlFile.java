package io.howdah.postgres.process;

import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.TimelineId;

/**
 * What {@code global/pg_control} says, for PostgreSQL 14 to 18.
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
        boolean walLogHints) {}
