package io.howdah.postgres.replication;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;

/** Writes the entries of an archive below a directory, with the permissions PostgreSQL wants, and sums them up. */
final class DirectoryWriter implements TarReader.Sink, AutoCloseable {
    private static final FileAttribute<Set<PosixFilePermission>> FILE_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    static final FileAttribute<Set<PosixFilePermission>> DIRECTORY_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path root;
    private final Map<String, BackupManifest.Entry> received = new HashMap<>();
    private final CRC32C checksum = new CRC32C();
    private Optional<FileChannel> channel = Optional.empty();
    private String name = "";
    private long bytes;

    DirectoryWriter(Path root) {
        this.root = root;
    }

    @Override
    public void directory(String directory) throws IOException {
        createDirectories(resolve(directory));
    }

    @Override
    public void beginFile(String file, long size) throws IOException {
        Path path = resolve(file);
        Path parent = path.getParent();
        if (parent != null) {
            createDirectories(parent);
        }
        name = file;
        bytes = 0;
        checksum.reset();
        channel = Optional.of(
                FileChannel.open(path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), FILE_MODE));
    }

    @Override
    public void content(byte[] buffer, int offset, int length) throws IOException {
        FileChannel file = channel.orElseThrow();
        ByteBuffer source = ByteBuffer.wrap(buffer, offset, length);
        while (source.hasRemaining()) {
            file.write(source);
        }
        checksum.update(buffer, offset, length);
        bytes += length;
    }

    @Override
    public void endFile() throws IOException {
        close();
        received.put(name, new BackupManifest.Entry(bytes, (int) checksum.getValue()));
    }

    /** Size and checksum of each complete file. */
    Map<String, BackupManifest.Entry> received() {
        return Map.copyOf(received);
    }

    @Override
    public void close() throws IOException {
        if (channel.isPresent()) {
            channel.get().close();
            channel = Optional.empty();
        }
    }

    private static void createDirectories(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory, DIRECTORY_MODE);
        }
    }

    private Path resolve(String entry) {
        Path path = root.resolve(entry).normalize();
        if (entry.isEmpty() || !path.startsWith(root)) {
            throw new BackupException("the archive has an entry '%s' outside of the data directory".formatted(entry));
        }
        return path;
    }
}
