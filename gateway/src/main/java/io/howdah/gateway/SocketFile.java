package io.howdah.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of one Unix socket. It is bound under another name and takes its place in one step, so that a socket left behind by a process
 * that died is replaced and one of a gateway that hands over serves until then. Removed at the end if it is still the same.
 */
final class SocketFile {
    private static final Logger LOG = LoggerFactory.getLogger(SocketFile.class);

    private final Path path;
    private @Nullable Object key;

    SocketFile(Path path) {
        this.path = path;
    }

    /**
     * The socket was bound under its provisional name.
     *
     * @throws IOException when it cannot take its place, or a PostgreSQL server has it
     */
    void place(UnixSockets sockets, Path provisional) throws IOException {
        refuseLocked();
        Files.setPosixFilePermissions(provisional, sockets.permissions());
        key = Files.readAttributes(provisional, BasicFileAttributes.class).fileKey();
        Files.move(provisional, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** PostgreSQL keeps a lock file beside its socket, with its process id in the first line. */
    private void refuseLocked() throws IOException {
        Path lock = path.resolveSibling(path.getFileName() + ".lock");
        if (!Files.exists(lock)) {
            return;
        }
        List<String> lines = Files.readAllLines(lock);
        Optional<Long> holder = lines.isEmpty() || !lines.getFirst().strip().matches("[0-9]{1,18}")
                ? Optional.empty()
                : Optional.of(Long.parseLong(lines.getFirst().strip()));
        if (holder.flatMap(ProcessHandle::of).isPresent()) {
            throw new IOException("process " + holder.get() + " serves " + path + ", as " + lock + " says");
        }
    }

    void remove() {
        try {
            if (Files.exists(path)
                    && Objects.equals(
                            key,
                            Files.readAttributes(path, BasicFileAttributes.class)
                                    .fileKey())) {
                Files.delete(path);
            }
        } catch (IOException e) {
            LOG.warn("the Unix socket {} could not be removed: {}", path, e.getMessage());
        }
    }
}
