package io.howdah.postgres.process;

import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.TimelineId;
import java.nio.file.Path;
import java.util.Optional;

/** A PGDATA on disk. */
public final class DataDirectory {
    private final Path path;

    public DataDirectory(Path path, UnprivilegedUser user) {
        this.path = path;
    }

    public Path path() {
        return path;
    }
    /** What is there. */
    public DataState state() {
        return io.howdah.postgres.wire.Pending.value();
    }

    /** initdb; superuser postgres with this password. */
    public void initialize(PostgresBinaries binaries, String superuserPassword) {
        io.howdah.postgres.wire.Pending.value();
    }

    /** global/pg_control. */
    public ControlFile readControl() {
        return io.howdah.postgres.wire.Pending.value();
    }

    /** postmaster.pid if present. */
    public Optional<PostmasterPidFile> readPostmasterPid() {
        return io.howdah.postgres.wire.Pending.value();
    }

    /** A history file, if present and not a placeholder. */
    public Optional<TimelineHistory> history(TimelineId timeline) {
        return io.howdah.postgres.wire.Pending.value();
    }

    /** The timeline of the last record held before this position. */
    public TimelineId lastTimelineAt(Lsn end) {
        return io.howdah.postgres.wire.Pending.value();
    }

    /** The highest timeline that this data really has. */
    public TimelineId newestTimeline() {
        return io.howdah.postgres.wire.Pending.value();
    }

    /** Make the next promotion choose exactly the target. archiving: mark the placeholders for the archive too. */
    public void reserveTimelinesBelow(TimelineId target, boolean archiving) {
        io.howdah.postgres.wire.Pending.value();
    }

    /** Remove placeholders above the own timeline; done by every start. */
    public int dropPlaceholders() {
        return io.howdah.postgres.wire.Pending.value();
    }

    /** standby.signal, no placeholders, no overriding settings; done by every start. */
    public void prepareForStart() {
        io.howdah.postgres.wire.Pending.value();
    }

    /** Move the directory aside. */
    public Path setAside(String suffix) {
        return io.howdah.postgres.wire.Pending.value();
    }

    /** Remove the directory with all in it. */
    public void delete() {
        io.howdah.postgres.wire.Pending.value();
    }
}
