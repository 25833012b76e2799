package io.howdah.postgres.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** What a server wrote to its log since a moment in time, for explaining a failure. */
record ServerLog(Path file, long fromOffset) {
    private static final int TAIL_BYTES = 8 * 1024;
    private static final int TAIL_LINES = 12;

    /** The last lines, or why there are none. */
    String tail() {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long start = Math.max(fromOffset, channel.size() - TAIL_BYTES);
            ByteBuffer content = ByteBuffer.allocate((int) Math.max(0, channel.size() - start));
            while (content.hasRemaining() && channel.read(content, start + content.position()) > 0) {
                // Until the end of the file.
            }
            List<String> lines = StandardCharsets.UTF_8
                    .decode(content.flip())
                    .toString()
                    .lines()
                    .toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        } catch (IOException e) {
            return "(no log: %s)".formatted(e.getMessage());
        }
    }
}
