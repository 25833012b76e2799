package io.howdah.server.configuration;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code run/<component>.pid}: which process a component is, written by that process itself when it starts and removed when
 * it ends in order. After a kill it stays, so its content is a claim to be checked, never a fact.
 */
public final class PidFile {
    private static final Pattern CONTENT =
            Pattern.compile("\\{\\s*\"pid\"\\s*:\\s*([0-9]{1,18})\\s*,\\s*\"start_ticks\"\\s*:\\s*([0-9]{1,18})\\s*,"
                    + "\\s*\"component\"\\s*:\\s*\"([a-z0-9_-]+)\"\\s*}\\s*");

    private final Path file;
    private final String component;

    public PidFile(ClusterDirectory directory, String component) {
        this(directory.pidFile(component), component);
    }

    public PidFile(Path file, String component) {
        this.file = file;
        this.component = component;
    }

    /** Claims the component for this very process. */
    public void writeCurrent() {
        write(ProcessIdentity.current());
    }

    public void write(ProcessIdentity identity) {
        AtomicFile.write(
                file,
                "{\"pid\":%d,\"start_ticks\":%d,\"component\":\"%s\"}%n"
                        .formatted(identity.pid(), identity.startTicks(), component),
                AtomicFile.Access.PRIVATE);
    }

    /** Removes the claim if it is this very process's. */
    public void removeCurrent() {
        if (read().filter(ProcessIdentity.current()::equals).isPresent()) {
            remove();
        }
    }

    public void remove() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("cannot remove " + file + ": " + e.getMessage(), e);
        }
    }

    /** What the file claims; empty when there is none, or when it is damaged, which means the same. */
    public Optional<ProcessIdentity> read() {
        try {
            Matcher matcher = CONTENT.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
            return matcher.matches() && matcher.group(3).equals(component)
                    ? Optional.of(
                            new ProcessIdentity(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2))))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
