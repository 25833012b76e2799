package io.howdah.cli.local;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The logs of a cluster as one stream. Lines of several logs are ordered by the time they begin with; a line without
 * one belongs to the line above it. Used by one thread.
 */
public final class Logs {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Pattern TIME =
            Pattern.compile("(\\d{4}-\\d\\d-\\d\\d)[ T](\\d\\d:\\d\\d:\\d\\d)(?:[.,](\\d{1,6}))?");
    private static final String SUFFIX = ".log";

    private final Path directory;
    private final Optional<String> only;
    /** How far each log was read. */
    private final Map<String, Long> positions = new HashMap<>();

    /** One line of one log. */
    public record Line(String component, String text) {}

    private record Timed(String time, Line line) {}

    public Logs(Path directory, Optional<String> only) {
        this.directory = directory;
        this.only = only;
    }

    /** The components that have a log, among those asked for. */
    public List<String> components() {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(SUFFIX))
                    .map(name -> name.substring(0, name.length() - SUFFIX.length()))
                    .filter(name -> only.isEmpty() || only.get().equals(name))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The last lines of all logs together. */
    public List<Line> tail(int lines) {
        List<Timed> merged = new ArrayList<>();
        for (String component : components()) {
            Path file = file(component);
            positions.put(component, file.toFile().length());
            addTimed(merged, component, LogFile.tail(file, 0, lines));
        }
        return sorted(merged).subList(Math.max(0, merged.size() - lines), merged.size());
    }

    /** Waits a moment and returns what was written since the last call; possibly nothing. */
    public List<Line> awaitMore() {
        LockSupport.parkNanos(POLL.toNanos());
        List<Timed> merged = new ArrayList<>();
        for (String component : components()) {
            addTimed(merged, component, more(component));
        }
        return sorted(merged);
    }

    private List<String> more(String component) {
        try (RandomAccessFile log = new RandomAccessFile(file(component).toFile(), "r")) {
            long length = log.length();
            long position = positions.getOrDefault(component, 0L);
            // Shorter than before: it was rotated or emptied.
            long start = length < position ? 0 : position;
            byte[] content = new byte[Math.toIntExact(Math.min(length - start, Integer.MAX_VALUE / 2))];
            log.seek(start);
            log.readFully(content);
            int end = lastLineEnd(content);
            positions.put(component, start + end);
            return new String(content, 0, end, StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** A line that is still being written is left for the next time. */
    private static int lastLineEnd(byte[] content) {
        int end = content.length;
        while (end > 0 && content[end - 1] != '\n') {
            end--;
        }
        return end;
    }

    private static void addTimed(List<Timed> merged, String component, List<String> lines) {
        String time = "";
        for (String line : lines) {
            Matcher matcher = TIME.matcher(line);
            if (matcher.lookingAt()) {
                time = matcher.group(1) + " " + matcher.group(2) + "."
                        + Optional.ofNullable(matcher.group(3)).orElse("");
            }
            merged.add(new Timed(time, new Line(component, line)));
        }
    }

    private static List<Line> sorted(List<Timed> lines) {
        return lines.stream()
                .sorted(Comparator.comparing(Timed::time))
                .map(Timed::line)
                .toList();
    }

    private Path file(String component) {
        return directory.resolve(component + SUFFIX);
    }
}
