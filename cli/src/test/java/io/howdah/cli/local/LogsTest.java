package io.howdah.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogsTest {
    @TempDir
    private Path directory;

    @Test
    void followsWhatIsWrittenLater() throws IOException {
        Path log = directory.resolve("node1.log");
        Files.writeString(log, "old\n");
        Logs logs = new Logs(directory, Optional.empty());
        assertThat(logs.tail(10)).containsExactly(new Logs.Line("node1", "old"));

        assertThat(logs.awaitMore()).isEmpty();
        Files.writeString(log, "new\nhalf a li", StandardOpenOption.APPEND);
        assertThat(logs.awaitMore()).containsExactly(new Logs.Line("node1", "new"));
        Files.writeString(log, "ne\n", StandardOpenOption.APPEND);
        Files.writeString(directory.resolve("admin.log"), "started later\n");
        assertThat(logs.awaitMore())
                .containsExactly(new Logs.Line("admin", "started later"), new Logs.Line("node1", "half a line"));
        Files.writeString(log, "again\n");
        assertThat(logs.awaitMore()).containsExactly(new Logs.Line("node1", "again"));
    }

    @Test
    void readsOnlyTheEndOfALongLog() throws IOException {
        Path log = directory.resolve("node1.log");
        List<String> lines = IntStream.range(0, 5_000)
                .mapToObj(number -> number + " " + "x".repeat(number % 900))
                .toList();
        Files.write(log, lines);

        assertThat(LogFile.tail(log, 0, 300)).isEqualTo(lines.subList(4_700, 5_000));
        assertThat(LogFile.tail(log, log.toFile().length(), 300)).isEmpty();
        assertThat(LogFile.tail(directory.resolve("absent"), 0, 5)).isEmpty();
    }
}
