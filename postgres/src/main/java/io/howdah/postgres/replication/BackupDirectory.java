package io.howdah.postgres.replication;

import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.TimelineId;
import io.howdah.postgres.process.ControlFile;
import io.howdah.postgres.process.DataDirectory;
import io.howdah.postgres.process.UnprivilegedUser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * A base backup that lies in a directory, in the plain format of pg_basebackup, with its manifest and the log that makes it consistent
 * (PostgreSQL manual, "pg_basebackup"). What is copied from it is checked against the manifest. Blocks its thread.
 */
public final class BackupDirectory {
    private static final String MANIFEST = "backup_manifest";
    private static final int BUFFER_BYTES = 1 << 18;
    /** What a copy must begin without: it gets its own, or must have none. */
    private static final Set<String> LEFT_OUT =
            Set.of("standby.signal", "recovery.signal", "postmaster.pid", "postmaster.opts");
    /** What pg_basebackup may have changed after the manifest was written. */
    private static final String SETTINGS = "postgresql.auto.conf";

    private final Path directory;
    private final byte[] manifestContent;
    private final BackupManifest manifest;
    private final ControlFile control;

    private BackupDirectory(Path directory, byte[] manifestContent, BackupManifest manifest, ControlFile control) {
        this.directory = directory;
        this.manifestContent = manifestContent;
        this.manifest = manifest;
        this.control = control;
    }

    /**
     * Opens a backup without looking at more than its descriptions.
     *
     * @throws BackupException when there is none, with what is missing and what to do
     */
    public static BackupDirectory open(Path directory) {
        for (String file : List.of("PG_VERSION", "backup_label", MANIFEST)) {
            if (!Files.isReadable(directory.resolve(file))) {
                throw new BackupException(
                        "%s is not a base backup: it has no readable %s. Make one with 'pg_basebackup --pgdata=%s' as an absolute path"
                                .formatted(directory, file, directory));
            }
        }
        try (Stream<Path> tablespaces = Files.list(directory.resolve("pg_tblspc"))) {
            if (tablespaces.findAny().isPresent()) {
                throw new BackupException("%s has tablespaces, which this cannot place; copy from the leader instead"
                        .formatted(directory));
            }
            byte[] content = Files.readAllBytes(directory.resolve(MANIFEST));
            BackupManifest manifest = BackupManifest.parse(content);
            if (manifest.walRanges().isEmpty()) {
                throw new BackupException("the manifest of %s names no log".formatted(directory));
            }
            return new BackupDirectory(directory, content, manifest, ControlFile.read(directory));
        } catch (IOException e) {
            throw new BackupException("%s cannot be read: %s".formatted(directory, e.getMessage()), e);
        }
    }

    public long systemIdentifier() {
        return control.systemIdentifier();
    }

    public int walSegmentBytes() {
        return control.walSegmentBytes();
    }

    /** The timeline on which the backup ended. */
    public TimelineId timeline() {
        return manifest.walRanges().getLast().timeline();
    }

    /** Where it is consistent: log from here on must be had elsewhere. */
    public Lsn end() {
        return manifest.walRanges().getLast().end();
    }

    /** Copies it to an absent or empty directory, which will start as a standby. */
    public BaseBackup.Result copyInto(Path target, UnprivilegedUser user, BaseBackup.Progress progress) {
        return new BackupTarget(target, user)
                .fill("the copy of " + directory, writer -> copy(target, writer, user, progress));
    }

    private BaseBackup.Result copy(
            Path target, DirectoryWriter writer, UnprivilegedUser user, BaseBackup.Progress progress)
            throws IOException {
        List<Path> entries = new ArrayList<>();
        try (Stream<Path> tree = Files.walk(directory)) {
            tree.filter(path -> !path.equals(directory)).forEach(entries::add);
        }
        long total = sum(entries, path -> path.toFile().length());
        long done = 0;
        byte[] buffer = new byte[BUFFER_BYTES];
        for (Path entry : entries) {
            String name = directory.relativize(entry).toString();
            if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                writer.directory(name);
            } else if (!LEFT_OUT.contains(name) && !name.equals(MANIFEST)) {
                copyFile(entry, name, writer, buffer);
                done += entry.toFile().length();
                progress.update(done, total);
            }
        }
        Map<String, BackupManifest.Entry> received = new HashMap<>(writer.received());
        received.remove(SETTINGS);
        Set<String> unlisted = new HashSet<>(LEFT_OUT);
        unlisted.add(SETTINGS);
        manifest.without(unlisted)
                .verify(received, new DataDirectory(target, user).readControl().walSegmentBytes());
        Files.write(target.resolve(MANIFEST), manifestContent);
        return new BaseBackup.Result(
                systemIdentifier(), timeline(), manifest.walRanges().getFirst().start(), end(), done);
    }

    private static void copyFile(Path from, String name, DirectoryWriter writer, byte[] buffer) throws IOException {
        writer.beginFile(name, Files.size(from));
        try (InputStream in = Files.newInputStream(from, LinkOption.NOFOLLOW_LINKS)) {
            int length = in.read(buffer);
            while (length >= 0) {
                writer.content(buffer, 0, length);
                length = in.read(buffer);
            }
        }
        writer.endFile();
    }

    private static long sum(List<Path> entries, ToLongFunction<Path> bytes) {
        return entries.stream().mapToLong(bytes).sum();
    }
}
