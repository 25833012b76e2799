package io.howdah.postgres.process;

import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.TimelineId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A PGDATA on disk: what is in it, and the few changes that Howdah makes there while PostgreSQL is down or before it
 * promotes. Stateless; one thread at a time.
 */
public final class DataDirectory {
    /** While this file exists the directory is a clone that was never finished. */
    public static final String INCOMPLETE_MARKER = "howdah.incomplete";

    /** Settings in postgresql.auto.conf that would override what the node decides. */
    private static final Set<String> OWNED_SETTINGS = Set.of(
            "archive_cleanup_command",
            "hot_standby",
            "listen_addresses",
            "port",
            "primary_conninfo",
            "primary_slot_name",
            "promote_trigger_file",
            "recovery_end_command",
            "recovery_min_apply_delay",
            "recovery_target",
            "recovery_target_action",
            "recovery_target_lsn",
            "recovery_target_name",
            "recovery_target_time",
            "recovery_target_timeline",
            "recovery_target_xid",
            "restart_after_crash",
            "restore_command",
            "synchronous_commit",
            "synchronous_standby_names");

    private final Path path;
    private final UnprivilegedUser user;

    public DataDirectory(Path path, UnprivilegedUser user) {
        this.path = path;
        this.user = user;
    }

    public Path path() {
        return path;
    }

    /** Looks at what is there without changing anything. */
    public DataState state() {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return new DataState.Empty();
        }
        if (!Files.isDirectory(path)) {
            return new DataState.Unrecognized(path + " is not a directory");
        }
        if (Files.exists(path.resolve(INCOMPLETE_MARKER))) {
            return new DataState.HalfMade("a clone into " + path + " was not finished");
        }
        if (!Files.exists(path.resolve("PG_VERSION"))) {
            return isEmpty()
                    ? new DataState.Empty()
                    : new DataState.Unrecognized(path + " is not empty and has no PG_VERSION");
        }
        try {
            int major = Integer.parseInt(
                    Files.readString(path.resolve("PG_VERSION")).strip());
            return new DataState.Initialized(readControl().systemIdentifier(), major);
        } catch (IOException | NumberFormatException e) {
            return new DataState.HalfMade("PG_VERSION of %s is unreadable".formatted(path));
        } catch (PostgresProcessException e) {
            return new DataState.HalfMade(String.valueOf(e.getMessage()));
        }
    }

    private boolean isEmpty() {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
            return !files.iterator().hasNext();
        } catch (IOException e) {
            throw new PostgresProcessException("cannot list " + path, e);
        }
    }

    /**
     * Runs initdb: checksums, SCRAM, UTF-8, superuser {@code postgres}. The work is done beside the directory and moved
     * into place at its end, so a crash leaves no half-made PGDATA. Throws unless the directory is empty.
     */
    public void initialize(PostgresBinaries binaries, String superuserPassword) {
        if (!(state() instanceof DataState.Empty)) {
            throw new PostgresProcessException(
                    "%s is not empty; remove it or choose another directory".formatted(path));
        }
        new Initialization(binaries, user).into(path, superuserPassword);
    }

    /** Reads {@code global/pg_control}. */
    public ControlFile readControl() {
        return ControlFile.read(path);
    }

    /** Reads {@code postmaster.pid}, which may be stale. */
    public Optional<PostmasterPidFile> readPostmasterPid() {
        return PostmasterPidFile.read(path);
    }

    /** The history of a timeline, if its file is here and is no placeholder. */
    public Optional<TimelineHistory> history(TimelineId timeline) {
        return wal().history(timeline).filter(history -> !history.isPlaceholder());
    }

    /** The timeline of the last record of a log that ends there, judged by the files of {@code pg_wal}. */
    public TimelineId lastTimelineAt(Lsn end) {
        ControlFile control = readControl();
        return wal().lastTimelineAt(end, control.walSegmentBytes(), control.timeline());
    }

    /** The highest timeline that this data has a real history of, or is on. */
    public TimelineId newestTimeline() {
        return wal().newestTimeline(readControl().timeline());
    }

    /**
     * Makes the next promotion of the running standby choose exactly the target, by durable placeholders for the
     * identifiers in between. The placeholders stay: followers and archive restores need them to find the target.
     *
     * @param archiving whether the placeholders are to be archived, which happens after the promotion
     */
    public void reserveTimelinesBelow(TimelineId target, boolean archiving) {
        try {
            wal().reserveBelow(target, newestTimeline(), archiving);
        } catch (IOException e) {
            throw new PostgresProcessException("cannot reserve timelines in " + path, e);
        }
    }

    /** Removes placeholders above the own timeline, left by a promotion that did not happen. Part of every start. */
    public int dropPlaceholders() {
        try {
            return wal().dropPlaceholdersAbove(newestTimeline());
        } catch (IOException e) {
            throw new PostgresProcessException("cannot remove reserved timelines in " + path, e);
        }
    }

    /** What must hold before any start: standby mode, no timelines that lead nowhere, nothing that overrides the node's settings. */
    public void prepareForStart() {
        try {
            dropStaleLock();
            dropUnreachableTimelines();
            dropPlaceholders();
            Files.deleteIfExists(path.resolve("recovery.signal"));
            Files.deleteIfExists(path.resolve("promote"));
            Path standbySignal = path.resolve("standby.signal");
            if (!Files.exists(standbySignal)) {
                Durable.replace(standbySignal, "", user);
            }
            removeOwnedSettings();
        } catch (IOException e) {
            throw new PostgresProcessException("cannot prepare %s for a start: %s".formatted(path, e.getMessage()), e);
        }
    }

    /**
     * A crash leaves postmaster.pid behind. When its number belongs to another process by now, or to a zombie that nobody
     * has reaped, PostgreSQL refuses to start and asks for the file to be removed by hand (CreateLockFile). That is safe
     * exactly when no process works in the directory any more.
     */
    private void dropStaleLock() throws IOException {
        Path lock = path.resolve(PostmasterPidFile.FILE_NAME);
        if (Files.exists(lock) && !ProcessIdentity.anyWorksIn(path)) {
            Files.deleteIfExists(lock);
        }
    }

    private void dropUnreachableTimelines() throws IOException {
        ControlFile control = readControl();
        wal().dropUnreachable(control.checkpointTimeline(), control.checkpoint());
        if (control.minimumRecoveryTimeline() != 0) {
            wal().dropUnreachable(new TimelineId(control.minimumRecoveryTimeline()), control.minimumRecovery());
        }
    }

    private void removeOwnedSettings() throws IOException {
        Path file = path.resolve("postgresql.auto.conf");
        try {
            String before = Files.readString(file);
            String after = before.lines()
                    .filter(line -> !OWNED_SETTINGS.contains(settingName(line)))
                    .collect(Collectors.joining("\n", "", "\n"));
            if (before.lines().count() != after.lines().count()) {
                Durable.replace(file, after, user);
            }
        } catch (NoSuchFileException e) {
            // Nothing overrides anything.
        }
    }

    private static String settingName(String line) {
        return line.strip().split("[\\s=]", 2)[0].toLowerCase(java.util.Locale.ROOT);
    }

    /** The directory that {@link #setAside} moves this one to. */
    public DataDirectory besides(String suffix) {
        return new DataDirectory(path.resolveSibling(path.getFileName() + "." + suffix), user);
    }

    /** Moves the directory aside and answers its new place. */
    public Path setAside(String suffix) {
        Path aside = path.resolveSibling(path.getFileName() + "." + suffix);
        try {
            Files.move(path, aside, StandardCopyOption.ATOMIC_MOVE);
            Durable.syncDirectory(Durable.parentOf(path));
            return aside;
        } catch (IOException e) {
            throw new PostgresProcessException("cannot move %s to %s".formatted(path, aside), e);
        }
    }

    /** Removes the directory and everything in it; links are removed, not followed. */
    public void delete() {
        try {
            Files.walkFileTree(path, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(
                        Path directory, @org.jspecify.annotations.Nullable IOException e) throws IOException {
                    if (e != null) {
                        throw e;
                    }
                    Files.delete(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (NoSuchFileException e) {
            // Gone already.
        } catch (IOException e) {
            throw new PostgresProcessException("cannot remove %s: %s".formatted(path, e.getMessage()), e);
        }
    }

    private WalDirectory wal() {
        return new WalDirectory(path, user);
    }
}
