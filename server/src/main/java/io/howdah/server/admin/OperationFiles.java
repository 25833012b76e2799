package io.howdah.server.admin;

import io.howdah.server.http.MalformedDocumentException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keeps operations on disk, one file each, a line of JSON per change. Lines are only ever added, so a crash loses at most the
 * last one; a file without an end tells of an operation that was interrupted.
 */
final class OperationFiles {
    private static final Logger LOG = LoggerFactory.getLogger(OperationFiles.class);
    private static final String SUFFIX = ".jsonl";
    private static final int KEPT = 50;

    /** Writes nothing; for operations that are being read back. */
    private static final Operation.Journal SILENT = new Operation.Journal() {
        @Override
        public void event(OperationEvent event) {}

        @Override
        public void succeeded(ObjectNode result) {}

        @Override
        public void failed(OperationFailure failure) {}
    };

    private final Path directory;
    private final Clock clock;

    OperationFiles(Path directory, Clock clock) {
        this.directory = directory;
        this.clock = clock;
    }

    /** Begins the file of a new operation. */
    Operation create(String id, OperationKind kind) {
        Path file = directory.resolve(id + SUFFIX);
        try {
            Files.createDirectories(directory);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
        }
        append(
                file,
                Json.object()
                        .put("id", id)
                        .put("kind", kind.word())
                        .put("started", clock.instant().toString()));
        return new Operation(id, kind, clock, journal(file));
    }

    /** Reads the latest operations, oldest first; those that were interrupted are marked so, on disk too. Removes older ones. */
    List<Operation> load() {
        List<Operation> operations = new ArrayList<>();
        List<Path> files = files();
        for (int i = 0; i < files.size(); i++) {
            if (i < files.size() - KEPT) {
                remove(files.get(i));
            } else {
                read(files.get(i)).ifPresent(operations::add);
            }
        }
        return operations;
    }

    private List<Path> files() {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted(Comparator.comparing(Path::toString))
                    .toList();
        } catch (IOException e) {
            LOG.warn("the operations in {} cannot be read: {}", directory, e.getMessage());
            return List.of();
        }
    }

    private Optional<Operation> read(Path file) {
        try {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            ObjectNode head = Json.readObject(lines.isEmpty() ? "" : lines.getFirst());
            OperationKind kind = OperationKind.of(head.path("kind").asString(""))
                    .orElseThrow(() -> new MalformedDocumentException("it is of no known kind"));
            Operation operation = new Operation(head.path("id").asString(""), kind, clock, SILENT);
            for (String line : lines.subList(1, lines.size())) {
                if (!replay(operation, line)) {
                    break;
                }
            }
            if (operation.isRunning()) {
                OperationFailure interrupted = new OperationFailure(
                        "The operation was interrupted",
                        "admin ended while it ran; what it had started goes on by itself",
                        "look at the status; running the same command again continues where it stopped",
                        List.of());
                journal(file).failed(interrupted);
                operation.fail(interrupted);
            }
            return Optional.of(operation);
        } catch (IOException | MalformedDocumentException | DateTimeException e) {
            LOG.warn("the operation in {} cannot be read and is left out: {}", file, e.getMessage());
            return Optional.empty();
        }
    }

    /** False when the line is the torn last one of a crash. */
    private static boolean replay(Operation operation, String line) {
        ObjectNode node;
        try {
            node = Json.readObject(line);
        } catch (MalformedDocumentException e) {
            return false;
        }
        if (node.has("message")) {
            operation.add(
                    Instant.parse(node.path("time").asString("")),
                    node.path("component").asString(""),
                    node.path("message").asString(""));
        } else if (node.get("result") instanceof ObjectNode result) {
            operation.succeed(result);
        } else if (node.get("error") instanceof ObjectNode error) {
            List<String> tail = new ArrayList<>();
            for (JsonNode text : error.path("log_tail")) {
                tail.add(text.asString(""));
            }
            operation.fail(new OperationFailure(
                    error.path("title").asString(""),
                    error.path("detail").asString(""),
                    error.path("hint").asString(""),
                    tail));
        }
        return true;
    }

    private static Operation.Journal journal(Path file) {
        return new Operation.Journal() {
            @Override
            public void event(OperationEvent event) {
                append(
                        file,
                        Json.object()
                                .put("time", event.time().toString())
                                .put("component", event.component())
                                .put("message", event.message()));
            }

            @Override
            public void succeeded(ObjectNode result) {
                ObjectNode line = Json.object();
                line.set("result", result);
                append(file, line);
            }

            @Override
            public void failed(OperationFailure failure) {
                ObjectNode line = Json.object();
                line.set("error", Operation.toJson(failure));
                append(file, line);
            }
        };
    }

    /** What cannot be written is lost after a restart, but never stops the operation itself. */
    private static void append(Path file, ObjectNode line) {
        try {
            Files.writeString(file, Json.write(line) + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            LOG.warn("cannot write {}: {}", file, e.getMessage());
        }
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("cannot remove {}: {}", file, e.getMessage());
        }
    }
}
