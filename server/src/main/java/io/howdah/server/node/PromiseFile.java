package io.howdah.server.node;

import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Position;
import io.howdah.kernel.model.Promise;
import io.howdah.kernel.model.Promise.Operation;
import io.howdah.kernel.model.Term;
import io.howdah.kernel.model.TimelineId;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Properties;
import java.util.zip.CRC32C;

/**
 * Keeps a node's {@link Promise} on disk, outside PGDATA. A promise that {@link #write} returned from survives the loss of
 * power: the new file is synced, renamed over the old one, and the directory synced. A checksum tells a damaged file from a
 * valid one, because a node that misremembers what it promised must not vote.
 *
 * <p>Not thread-safe: one thread writes.
 */
final class PromiseFile {
    private static final String CHECKSUM_KEY = "checksum";

    private final Path file;

    PromiseFile(Path file) {
        this.file = file;
    }

    /**
     * The promise last written, or empty when this node never promised anything.
     *
     * @throws NodeException when the file is damaged or cannot be read
     */
    Optional<Promise> read() {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Properties properties = new Properties();
        try {
            String text = Files.readString(file, StandardCharsets.UTF_8);
            int end = text.indexOf('\n');
            String header = end < 0 ? "" : text.substring(0, end);
            String body = text.substring(end + 1);
            if (!header.equals(CHECKSUM_KEY + "=" + checksum(body))) {
                throw damaged("its checksum does not match its content", null);
            }
            properties.load(new StringReader(body));
            return Optional.of(parse(properties));
        } catch (IOException e) {
            throw damaged("it cannot be read: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw damaged(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Makes the promise durable before it returns.
     *
     * @throws UncheckedIOException when the disk refuses: the caller must then neither reply nor vote
     */
    void write(Promise promise) {
        String body = print(promise);
        String text = CHECKSUM_KEY + "=" + checksum(body) + "\n" + body;
        Path directory = file.toAbsolutePath().getParent();
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(temporary);
            Files.createFile(
                    temporary, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the promise file " + file, e);
        }
    }

    private NodeException damaged(String why, @org.jspecify.annotations.Nullable Throwable cause) {
        return new NodeException(
                "the promise file %s is damaged: %s".formatted(file, why),
                "a node that forgot its promises must not vote; remove this node's directory and let it join again",
                cause);
    }

    private static String print(Promise promise) {
        StringWriter out = new StringWriter();
        line(out, "cluster", promise.cluster().value());
        line(out, "node", promise.node().value());
        line(out, "system_identifier", Long.toUnsignedString(promise.systemIdentifier()));
        line(out, "term", promise.term().toString());
        line(out, "round", Long.toString(promise.round()));
        line(out, "coordinator", promise.coordinator().map(NodeId::value).orElse(""));
        line(out, "reserved_timeline", promise.reservedTimeline().toString());
        line(out, "accepted_term", promise.acceptedTerm().toString());
        line(out, "accepted_leader", promise.acceptedLeader().map(NodeId::value).orElse(""));
        line(out, "floor", promise.floor().map(Position::toString).orElse(""));
        line(out, "operation", promise.operation().name());
        return out.toString();
    }

    private static void line(StringWriter out, String key, String value) {
        out.write(key + "=" + value + "\n");
    }

    private static Promise parse(Properties properties) {
        return new Promise(
                new ClusterId(required(properties, "cluster")),
                new NodeId(required(properties, "node")),
                Long.parseUnsignedLong(required(properties, "system_identifier")),
                new Term(Long.parseLong(required(properties, "term"))),
                Long.parseLong(required(properties, "round")),
                optional(properties, "coordinator").map(NodeId::new),
                new TimelineId(Integer.parseInt(required(properties, "reserved_timeline"))),
                new Term(Long.parseLong(required(properties, "accepted_term"))),
                optional(properties, "accepted_leader").map(NodeId::new),
                optional(properties, "floor").map(PromiseFile::parsePosition),
                Operation.valueOf(required(properties, "operation")));
    }

    private static Position parsePosition(String text) {
        int at = text.indexOf('@');
        if (at < 0) {
            throw new IllegalArgumentException("'%s' is not a position such as 3@0/4000000".formatted(text));
        }
        return new Position(new TimelineId(Integer.parseInt(text.substring(0, at))), Lsn.parse(text.substring(at + 1)));
    }

    private static String required(Properties properties, String key) {
        return optional(properties, key)
                .orElseThrow(() -> new IllegalArgumentException("'%s' is missing".formatted(key)));
    }

    private static Optional<String> optional(Properties properties, String key) {
        return Optional.ofNullable(properties.getProperty(key)).filter(value -> !value.isEmpty());
    }

    private static String checksum(String body) {
        CRC32C crc = new CRC32C();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(crc.getValue());
    }
}
