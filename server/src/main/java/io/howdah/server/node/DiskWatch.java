package io.howdah.server.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much room PostgreSQL has left, for its data and for its log. Short of room is said before there is none: PostgreSQL needs
 * some to be stopped in good order, and it prepares its log by segments of 16 MB. It is unsaid only when there is clearly
 * more, so that a node whose room comes and goes is not taken for well each time. Confined to the monitor's thread.
 */
final class DiskWatch {
    /** Two segments of the log. */
    static final long SHORT_BYTES = 32L << 20;

    /** What makes a node that was short well again. */
    static final long ENOUGH_BYTES = 64L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(DiskWatch.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(400);

    /** Tells the bytes that an ordinary user may still write there. */
    interface Space {
        long usableBytes(Path directory) throws IOException;
    }

    private final List<Path> directories;
    private final Space space;
    private final LongSupplier clockMillis;
    private Optional<String> ailment = Optional.empty();
    private long lookAtMillis = Long.MIN_VALUE;

    DiskWatch(Path data, Space space, LongSupplier clockMillis) {
        this.directories = List.of(data, data.resolve("pg_wal"));
        this.space = space;
        this.clockMillis = clockMillis;
    }

    /** The real thing. */
    static long usableBytes(Path directory) throws IOException {
        return Files.getFileStore(directory).getUsableSpace();
    }

    /** Why this node should not lead, as a predicate; empty while there is room. */
    Optional<String> ailment() {
        long now = clockMillis.getAsLong();
        if (now >= lookAtMillis) {
            lookAtMillis = now + LOOK_EVERY.toMillis();
            ailment = look();
        }
        return ailment;
    }

    private Optional<String> look() {
        long limitBytes = ailment.isPresent() ? ENOUGH_BYTES : SHORT_BYTES;
        for (Path directory : directories) {
            try {
                long usableBytes = space.usableBytes(directory);
                if (usableBytes < limitBytes) {
                    return Optional.of("has %d MB of disk left for %s".formatted(usableBytes >> 20, directory));
                }
            } catch (IOException e) {
                // Being moved, cloned, or gone: others notice that.
                LOG.debug("no free space is known of {}: {}", directory, e.getMessage());
            }
        }
        return Optional.empty();
    }
}
