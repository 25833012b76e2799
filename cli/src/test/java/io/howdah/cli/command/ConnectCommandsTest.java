package io.howdah.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.cli.fake.Cli;
import io.howdah.cli.fake.Cli.Result;
import io.howdah.cli.text.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code dsn} and {@code psql}: both work from the files alone. */
final class ConnectCommandsTest {
    @TempDir
    private Path directory;

    private Cli cli;
    private Path handover;

    @BeforeEach
    void prepare() throws IOException {
        handover = directory.resolve("handover");
        Path bin = Files.createDirectories(directory.resolve("bin"));
        script(bin.resolve("psql"), "exit 0");
        cli = new Cli(directory).withCluster().handover(handover).variable("PATH", bin.toString());
    }

    @Test
    void printsTheUriOfTheFirstGateway() {
        assertThat(cli.run("dsn").out()).isEqualTo("postgresql://postgres@127.0.0.1:6432/postgres\n");
    }

    @Test
    void printsTheUriOfARoleInACellWithThePassword() {
        assertThat(cli.run("dsn", "--role", "ro", "--cell", "zone2", "--password")
                        .out())
                .isEqualTo("postgresql://postgres:pass%20word@127.0.0.1:6444/postgres\n");
        assertThat(cli.run("dsn", "-r", "rw").out()).contains(":6433/");
    }

    @Test
    void printsTheUriAsJson() {
        assertThat(cli.run("dsn", "-o", "json").out()).isEqualTo("""
                        {
                          "dsn": "postgresql://postgres@127.0.0.1:6432/postgres",
                          "host": "127.0.0.1",
                          "port": 6432,
                          "user": "postgres",
                          "database": "postgres",
                          "role": "auto"
                        }
                        """);
    }

    @Test
    void namesTheCellsThatThereAre() {
        Result result = cli.run("dsn", "--cell", "zone4");

        assertThat(result.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(result.err())
                .contains(
                        "there is no gateway in cell 'zone4'", "there are: zone1, zone2, zone3; did you mean 'zone1'?");
    }

    @Test
    void refusesAnUnknownRole() {
        Result result = cli.run("psql", "--role", "writer");

        assertThat(result.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("writer");
    }

    @Test
    void handsPsqlToTheLauncher() throws IOException {
        Result result = cli.run("psql", "--role", "rw", "--cell", "zone3", "--", "-Atc", "select 'a b'", "--", "-x");

        assertThat(result.exitCode()).as(result.err()).isEqualTo(ExitCode.OK);
        assertThat(words())
                .containsSubsequence("-u", "PGPASSWORD", "-u", "PGSERVICE")
                .contains("PGHOST=127.0.0.1", "PGPORT=6453", "PGUSER=postgres", "PGDATABASE=postgres")
                .endsWith(directory.resolve("bin/psql").toString(), "-Atc", "select 'a b'", "--", "-x");
        assertThat(String.join(" ", words())).doesNotContain("pass word");
    }

    @Test
    void keepsThePasswordInAFileOfTheOwner() throws IOException {
        cli.run("psql");

        Path file = cli.cluster().resolve("run/pgpass");
        assertThat(words()).contains("PGPASSFILE=" + file);
        assertThat(file).hasContent("127.0.0.1:*:*:postgres:pass word");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void connectsToANodeDirectly() throws IOException {
        cli.run("psql", "--node", "node2");

        assertThat(words()).contains("PGPORT=5442");
        assertThat(cli.run("psql", "--node", "nodee2").err()).contains("did you mean 'node2'?");
    }

    @Test
    void runsPsqlItselfWithoutALauncher() throws IOException {
        Path seen = directory.resolve("seen");
        script(directory.resolve("bin/psql"), "echo \"$PGPORT ${PGPASSWORD-none} $*\" > " + seen + "; exit 3");
        Cli direct = new Cli(directory)
                .withCluster()
                .variable("PATH", directory.resolve("bin").toString());

        Result result = direct.run("psql", "--", "-c", "select 1");

        assertThat(result.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(result.err()).contains("ended with exit code 3");
        assertThat(seen).hasContent("6432 none -c select 1");
    }

    @Test
    void saysWhichSecretIsMissing() throws IOException {
        Files.writeString(cli.cluster().resolve("secrets.yaml"), "peer_secret: x\n");

        assertThat(cli.run("dsn", "--password").err()).contains("secrets.yaml has no 'postgres_password'");
        Files.delete(cli.cluster().resolve("secrets.yaml"));
        assertThat(cli.run("psql").err()).contains("the file is missing");
    }

    private List<String> words() throws IOException {
        return List.of(Files.readString(handover).split("\0"));
    }

    private static void script(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
