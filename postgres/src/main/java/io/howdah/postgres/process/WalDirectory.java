package io.howdah.postgres.process;

import io.howdah.kernel.model.Lsn;
import io.howdah.kernel.model.TimelineId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files of {@code pg_wal}: segments and timeline histories, and the placeholders that pin the timeline of the next
 * promotion.
 *
 * <p>A promotion takes the first free identifier above the newest timeline, and an identifier is taken when its history
 * file exists (findNewestTimeLine in PostgreSQL's timeline.c). So history files without content, one for each
 * identifier to be skipped, make it choose the wanted one. They must not be left above the own timeline at a start:
 * recovery would take the highest of them for its target and wait for ever.
 */
final class WalDirectory {
    private static final Pattern SEGMENT = Pattern.compile("([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})");
    private static final Pattern HISTORY = Pattern.compile("([0-9A-F]{8})\\.history");
    private static final String PLACEHOLDER_CONTENT =
            "# reserved by Howdah: no log was ever written on this timeline\n";

    private final Path path;
    private final UnprivilegedUser user;

    WalDirectory(Path dataDirectory, UnprivilegedUser user) {
        this.path = dataDirectory.resolve("pg_wal");
        this.user = user;
    }

    /** The history of a timeline; empty when there is no file for it. Placeholders are answered as such. */
    Optional<TimelineHistory> history(TimelineId timeline) {
        try {
            return Optional.of(TimelineHistory.parse(timeline, Files.readString(historyFile(timeline))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new PostgresProcessException("cannot read " + historyFile(timeline), e);
        }
    }

    /**
     * The timeline of the last record of a log that ends there. Among the segments that hold the byte before, the one
     * of the highest timeline counts; its history tells to whom that byte belongs, since a segment of a new timeline
     * begins with a copy of the old one's records.
     */
    TimelineId lastTimelineAt(Lsn end, int segmentBytes, TimelineId fallback) {
        long segment = Long.divideUnsigned(end.value() == 0 ? 0 : end.value() - 1, segmentBytes);
        long segmentsPerHigh = 0x1_0000_0000L / segmentBytes;
        String suffix = "%08X%08X".formatted(segment / segmentsPerHigh, segment % segmentsPerHigh);
        Optional<TimelineId> highest = Optional.empty();
        for (String name : list()) {
            Matcher matcher = SEGMENT.matcher(name);
            if (matcher.matches() && name.endsWith(suffix)) {
                TimelineId candidate = new TimelineId(Integer.parseInt(matcher.group(1), 16));
                highest = Optional.of(
                        highest.map(known -> TimelineId.max(known, candidate)).orElse(candidate));
            }
        }
        TimelineId branch = highest.orElse(fallback);
        return history(branch).map(history -> history.timelineEndingAt(end)).orElse(branch);
    }

    /** The highest timeline with a real history here, or the fallback when that is higher. */
    TimelineId newestTimeline(TimelineId fallback) {
        TimelineId newest = fallback;
        for (TimelineId candidate : historyIds()) {
            if (candidate.isAfter(newest) && !isPlaceholder(candidate)) {
                newest = candidate;
            }
        }
        return newest;
    }

    /** Places placeholders for all identifiers above the newest timeline and below the target. */
    void reserveBelow(TimelineId target, TimelineId newest, boolean archiving) throws IOException {
        if (!target.isAfter(newest)) {
            throw new PostgresProcessException(
                    "timeline %s cannot be promised to the next promotion: timeline %s exists already"
                            .formatted(target, newest));
        }
        Path statusDirectory = path.resolve("archive_status");
        for (int id = newest.value() + 1; id < target.value(); id++) {
            Path file = historyFile(new TimelineId(id));
            if (!Files.exists(file)) {
                Durable.replace(file, PLACEHOLDER_CONTENT, user);
            }
            if (archiving) {
                Path ready = statusDirectory.resolve(file.getFileName() + ".ready");
                if (!Files.exists(ready) && !Files.exists(statusDirectory.resolve(file.getFileName() + ".done"))) {
                    Durable.replace(ready, "", user);
                }
            }
        }
    }

    /** Removes all placeholders above the newest timeline and answers how many there were. */
    int dropPlaceholdersAbove(TimelineId newest) throws IOException {
        int dropped = 0;
        for (TimelineId candidate : historyIds()) {
            if (candidate.isAfter(newest) && isPlaceholder(candidate)) {
                Files.delete(historyFile(candidate));
                for (String suffix : List.of(".ready", ".done")) {
                    Files.deleteIfExists(path.resolve(
                            "archive_status/" + historyFile(candidate).getFileName() + suffix));
                }
                dropped++;
            }
        }
        if (dropped > 0) {
            Durable.syncDirectory(path);
        }
        return dropped;
    }

    /**
     * Removes the traces of later timelines that this data cannot get onto: they branched off before a point that its log
     * has passed. Somebody had it stream from a leader whose history it does not share. PostgreSQL would aim at the newest
     * timeline it knows of, and refuse to start.
     */
    int dropUnreachable(TimelineId reached, Lsn end) throws IOException {
        int dropped = 0;
        for (TimelineId candidate : historyIds()) {
            boolean unreachable = candidate.isAfter(reached)
                    && history(candidate)
                            .filter(history -> !history.isPlaceholder() && !history.contains(reached, end))
                            .isPresent();
            if (unreachable) {
                String prefix = "%08X".formatted(candidate.value());
                for (String name : list()) {
                    if (name.startsWith(prefix)) {
                        Files.delete(path.resolve(name));
                    }
                }
                dropped++;
            }
        }
        if (dropped > 0) {
            Durable.syncDirectory(path);
        }
        return dropped;
    }

    private boolean isPlaceholder(TimelineId timeline) {
        return history(timeline).filter(TimelineHistory::isPlaceholder).isPresent();
    }

    private List<TimelineId> historyIds() {
        List<TimelineId> ids = new ArrayList<>();
        for (String name : list()) {
            Matcher matcher = HISTORY.matcher(name);
            if (matcher.matches()) {
                ids.add(new TimelineId(Integer.parseInt(matcher.group(1), 16)));
            }
        }
        return ids;
    }

    private List<String> list() {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
            for (Path file : files) {
                names.add(String.valueOf(file.getFileName()));
            }
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            throw new PostgresProcessException("cannot list " + path, e);
        }
        return names;
    }

    private Path historyFile(TimelineId timeline) {
        return path.resolve(timeline.toFilePrefix() + ".history");
    }
}
