package io.howdah.postgres.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What {@code postmaster.pid} says (pidfile.h). It is left behind by a crash, so it proves nothing by itself.
 *
 * @param pid of the postmaster
 * @param dataDirectory as given to it
 * @param startSeconds since 1970, by its clock
 * @param port that it listens on, 0 when not written yet
 * @param status {@code starting}, {@code stopping}, {@code ready} or {@code standby}; empty when not written yet
 */
public record PostmasterPidFile(long pid, String dataDirectory, long startSeconds, int port, String status) {
    public static final String FILE_NAME = "postmaster.pid";

    /** Accepts connections. */
    public static final String READY = "ready";

    /** Shuts down, and accepts no new connections. */
    public static final String STOPPING = "stopping";

    private static final int PORT_LINE = 3;
    private static final int STATUS_LINE = 7;

    /** Reads the file of a data directory; empty when there is none or it is being written. */
    public static Optional<PostmasterPidFile> read(Path dataDirectory) {
        try {
            return parse(Files.readString(dataDirectory.resolve(FILE_NAME)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new PostgresProcessException("cannot read " + dataDirectory.resolve(FILE_NAME), e);
        }
    }

    static Optional<PostmasterPidFile> parse(String content) {
        List<String> lines = content.lines().map(String::strip).toList();
        try {
            if (lines.size() < 3) {
                return Optional.empty();
            }
            // A stand-alone backend writes its number negated.
            return Optional.of(new PostmasterPidFile(
                    Math.abs(Long.parseLong(lines.get(0))),
                    lines.get(1),
                    Long.parseLong(lines.get(2)),
                    lines.size() > PORT_LINE ? Integer.parseInt(lines.get(PORT_LINE)) : 0,
                    lines.size() > STATUS_LINE ? lines.get(STATUS_LINE) : ""));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
