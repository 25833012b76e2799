package io.howdah.cli.local;

import io.howdah.cli.api.InvalidJsonException;
import io.howdah.cli.api.Json;
import io.howdah.cli.api.JsonReader;
import io.howdah.cli.api.JsonWriter;
import io.howdah.cli.text.CliException;
import io.howdah.cli.text.ExitCode;
import io.howdah.cli.text.Terminal;
import io.howdah.cli.text.Units;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The right to change what runs in a directory: {@code run/up.lock}, locked by the operating system for as long as the
 * holder lives, and naming the holder. A lock that a crash left behind is therefore free.
 */
public final class DirectoryLock implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock; while another command holds it, says whose it is and waits.
     *
     * @throws CliException with {@link ExitCode#CONFLICT} when the other is not done in time
     */
    public static DirectoryLock take(
            ClusterDirectory directory, String command, Duration patience, InstantSource clock, Terminal terminal) {
        Path file = directory.run().resolve("up.lock");
        Instant deadline = clock.instant().plus(patience);
        boolean told = false;
        try {
            while (true) {
                Optional<DirectoryLock> lock = tryTake(file, command, clock);
                if (lock.isPresent()) {
                    return lock.get();
                }
                String holder = holder(file);
                if (!clock.instant().isBefore(deadline)) {
                    throw new CliException(
                            ExitCode.CONFLICT,
                            "another command works on " + directory.root(),
                            holder + " did not end within " + Units.duration(patience),
                            "wait for it, or end it, and repeat the command");
                }
                if (!told) {
                    terminal.note(holder + " works on this cluster; waiting for it to end");
                    told = true;
                }
                LockSupport.parkNanos(POLL.toNanos());
            }
        } catch (IOException e) {
            throw new CliException(ExitCode.FAILED, "cannot lock " + file, e.toString()).causedBy(e);
        }
    }

    private static Optional<DirectoryLock> tryTake(Path file, String command, InstantSource clock) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        boolean taken = false;
        try {
            taken = lock(channel) != null && isStill(file, channel);
            if (taken) {
                Json.Fields holder = Json.fields(
                        "command",
                        Json.of(command),
                        "pid",
                        Json.of(ProcessHandle.current().pid()),
                        "since",
                        Json.of(clock.instant().toString()));
                channel.truncate(0);
                channel.write(ByteBuffer.wrap(JsonWriter.compact(holder).getBytes(StandardCharsets.UTF_8)), 0);
            }
        } finally {
            if (!taken) {
                channel.close();
            }
        }
        return taken ? Optional.of(new DirectoryLock(channel)) : Optional.empty();
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Held by another thread of this very process.
            return null;
        }
    }

    /** False when {@code down --clean} removed the directory between our open and our lock. */
    private static boolean isStill(Path file, FileChannel channel) throws IOException {
        if (!Files.exists(file)) {
            return false;
        }
        long marker = System.nanoTime();
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(Long.toString(marker).getBytes(StandardCharsets.UTF_8)), 0);
        return Files.readString(file).equals(Long.toString(marker));
    }

    private static String holder(Path file) {
        try {
            Json.Fields holder = JsonReader.readFields(Files.readString(file));
            return "`%s` (pid %d, since %s)"
                    .formatted(holder.shown("command"), holder.number("pid"), holder.shown("since"));
        } catch (IOException | InvalidJsonException e) {
            return "another command";
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new CliException(ExitCode.FAILED, "cannot release the lock", e.toString()).causedBy(e);
        }
    }
}
