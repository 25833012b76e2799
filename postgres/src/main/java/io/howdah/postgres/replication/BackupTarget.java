package io.howdah.postgres.replication;

import io.howdah.postgres.client.PostgresConnectionException;
import io.howdah.postgres.client.PostgresException;
import io.howdah.postgres.process.DataDirectory;
import io.howdah.postgres.process.DataState;
import io.howdah.postgres.process.Durable;
import io.howdah.postgres.process.UnprivilegedUser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * The data directory that a backup is written to. Nothing counts before the end: while it is filled, and after any failure, it holds
 * {@link DataDirectory#INCOMPLETE_MARKER}, which goes away after every file is durable. One use.
 */
final class BackupTarget {
    /** Writes the files of a backup. */
    interface Filler {
        BaseBackup.Result fill(DirectoryWriter writer) throws IOException;
    }

    private final Path target;
    private final UnprivilegedUser user;

    BackupTarget(Path target, UnprivilegedUser user) {
        this.target = target;
        this.user = user;
    }

    /**
     * Fills an absent or empty directory, which will start as a standby.
     *
     * @param what names the work in errors
     */
    BaseBackup.Result fill(String what, Filler filler) {
        if (!(new DataDirectory(target, user).state() instanceof DataState.Empty)) {
            throw new BackupException("%s is not empty; a backup needs an empty directory".formatted(target));
        }
        Path marker = target.resolve(DataDirectory.INCOMPLETE_MARKER);
        try (DirectoryWriter writer = new DirectoryWriter(target)) {
            prepare(marker);
            BaseBackup.Result result = filler.fill(writer);
            Durable.replace(target.resolve("standby.signal"), "", user);
            user.own(target);
            syncTree(target);
            Files.delete(marker);
            Durable.syncDirectory(target);
            return result;
        } catch (IOException | UncheckedIOException | PostgresException | PostgresConnectionException e) {
            throw new BackupException("%s into %s failed: %s".formatted(what, target, e.getMessage()), e);
        }
    }

    private void prepare(Path marker) throws IOException {
        if (!Files.exists(target)) {
            Files.createDirectories(Durable.parentOf(target));
            Files.createDirectory(target, DirectoryWriter.DIRECTORY_MODE);
        }
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwx------"));
        Files.createFile(marker);
        Durable.syncDirectory(target);
        Durable.syncDirectory(Durable.parentOf(target));
    }

    private static void syncTree(Path target) throws IOException {
        Files.walkFileTree(target, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Durable.sync(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
                if (e != null) {
                    throw e;
                }
                Durable.syncDirectory(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
