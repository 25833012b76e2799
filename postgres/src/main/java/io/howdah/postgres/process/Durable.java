package io.howdah.postgres.process;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** File changes that survive a power cut: the content is flushed, then the directory entry. */
public final class Durable {
    private Durable() {}

    /** Replaces a file with mode 0600 in one step: readers see the old or the new content, never a part. */
    public static void replace(Path file, String content, UnprivilegedUser owner) throws IOException {
        Path temporary = prepare(file, content, owner);
        sync(temporary);
        swap(temporary, file);
        syncDirectory(parentOf(file));
    }

    /** The same without waiting for the disk: for what is written anew before anybody needs it after a power cut. */
    static void replaceForNow(Path file, String content, UnprivilegedUser owner) throws IOException {
        swap(prepare(file, content, owner), file);
    }

    private static Path prepare(Path file, String content, UnprivilegedUser owner) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(temporary);
        Files.createFile(temporary, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(temporary, content, StandardCharsets.UTF_8);
        owner.own(temporary);
        return temporary;
    }

    private static void swap(Path temporary, Path file) throws IOException {
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The directory that holds the path; the root holds itself. */
    public static Path parentOf(Path path) {
        Path absolute = path.toAbsolutePath();
        Path parent = absolute.getParent();
        return parent == null ? absolute : parent;
    }

    /** Flushes a file's content and attributes. */
    public static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** Flushes the entries of a directory. */
    public static void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
