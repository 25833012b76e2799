package io.howdah.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.cli.fake.Cli;
import io.howdah.cli.fake.Cli.Result;
import io.howdah.cli.text.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogsCommandTest {
    @TempDir
    private Path directory;

    private Cli cli;

    @BeforeEach
    void prepare() throws IOException {
        cli = new Cli(directory).withCluster();
        Path logs = cli.cluster().resolve("logs");
        Files.writeString(
                logs.resolve("node1.log"),
                "2026-01-01T10:00:00.100 one\n\tdetail of one\n2026-01-01T10:00:00.300 three\n");
        Files.writeString(logs.resolve("node1-postgres.log"), "2026-01-01 10:00:00.200 UTC [7] LOG:  two\n");
    }

    @Test
    void mergesAllLogsByTime() {
        assertThat(cli.run("logs").out()).isEqualTo("""
                        node1 | 2026-01-01T10:00:00.100 one
                        node1 | 	detail of one
                        node1-postgres | 2026-01-01 10:00:00.200 UTC [7] LOG:  two
                        node1 | 2026-01-01T10:00:00.300 three
                        """);
    }

    @Test
    void showsTheLastLinesOfOne() {
        assertThat(cli.run("logs", "node1", "-n", "1").out()).isEqualTo("2026-01-01T10:00:00.300 three\n");
        assertThat(cli.run("logs", "-n", "0").out()).isEmpty();
    }

    @Test
    void printsJsonLines() {
        assertThat(cli.run("logs", "node1-postgres", "-o", "json").out())
                .isEqualTo(
                        "{\"component\":\"node1-postgres\",\"line\":\"2026-01-01 10:00:00.200 UTC [7] LOG:  two\"}\n");
    }

    @Test
    void namesTheLogsThatThereAre() {
        Result result = cli.run("logs", "nod1");

        assertThat(result.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(result.err()).contains("there are: node1, node1-postgres; did you mean 'node1'?");
    }
}
