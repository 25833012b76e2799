package io.howdah.server.configuration;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Stands in a node's directory beside a link to data that the node did not make: this very data, and no other, may be used
 * although the node has promised nothing yet. Means nothing once there is a promise.
 *
 * @param systemIdentifier of the data
 * @param origin where it is
 * @param part what the data is to the cluster
 */
public record AdoptionMarker(long systemIdentifier, Path origin, Part part) {
    /** What adopted data is to its cluster. */
    public enum Part {
        /** The first data of a new cluster. */
        FIRST,
        /** A physical copy of the cluster's data. */
        COPY
    }

    private static final String FILE = "adopted";

    public static Optional<AdoptionMarker> read(Path nodeDirectory) {
        Path file = nodeDirectory.resolve(FILE);
        try {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            List<String> lines = Files.readAllLines(file);
            return Optional.of(new AdoptionMarker(
                    Long.parseUnsignedLong(lines.get(0)), Path.of(lines.get(1)), Part.valueOf(lines.get(2))));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new ConfigurationException(
                    file,
                    List.of(new ConfigurationProblem(1, "is damaged: " + e.getMessage())),
                    "begin the adoption again with 'howdah node adopt'");
        }
    }

    /** Ends the permission; nothing happens when there is none. */
    public static void remove(Path nodeDirectory) {
        try {
            Files.deleteIfExists(nodeDirectory.resolve(FILE));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + nodeDirectory.resolve(FILE), e);
        }
    }

    public void write(Path nodeDirectory) {
        AtomicFile.write(
                nodeDirectory.resolve(FILE),
                "%s\n%s\n%s\n".formatted(Long.toUnsignedString(systemIdentifier), origin, part),
                AtomicFile.Access.PUBLIC);
    }
}
