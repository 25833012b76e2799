package io.howdah.server.admin;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The last lines of a log, however long the log is. */
final class LogTail {
    private static final int BYTES = 16 * 1024;

    private LogTail() {}

    /** Empty when there is no log. */
    static List<String> read(Path log, int count) {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long start = Math.max(0, file.length() - BYTES);
            file.seek(start);
            byte[] bytes = new byte[(int) (file.length() - start)];
            file.readFully(bytes);
            List<String> lines =
                    new String(bytes, StandardCharsets.UTF_8).lines().toList();
            // The first line of a part is most likely torn.
            List<String> whole = start > 0 && lines.size() > 1 ? lines.subList(1, lines.size()) : lines;
            return List.copyOf(whole.subList(Math.max(0, whole.size() - count), whole.size()));
        } catch (IOException e) {
            return List.of();
        }
    }
}
