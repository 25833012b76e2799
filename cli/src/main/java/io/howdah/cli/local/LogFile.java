package io.howdah.cli.local;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Reads the end of a log that a process may be writing to. */
public final class LogFile {
    private static final int BYTES_PER_LINE = 512;

    private LogFile() {}

    /** The last lines after the offset; none when the file is absent. */
    public static List<String> tail(Path file, long offset, int lines) {
        try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
            long end = log.length();
            for (long window = (lines + 1L) * BYTES_PER_LINE; ; window *= 4) {
                long start = Math.max(Math.min(offset, end), end - window);
                byte[] content = new byte[Math.toIntExact(end - start)];
                log.seek(start);
                log.readFully(content);
                List<String> all =
                        new String(content, StandardCharsets.UTF_8).lines().toList();
                // The first line of a window may be cut; more lines than asked for means that it is not shown.
                if (all.size() > lines || start <= offset) {
                    return all.subList(Math.max(0, all.size() - lines), all.size());
                }
            }
        } catch (IOException e) {
            return List.of();
        }
    }
}
