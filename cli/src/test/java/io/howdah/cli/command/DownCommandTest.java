package io.howdah.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.cli.fake.Cli;
import io.howdah.cli.fake.Cli.Result;
import io.howdah.cli.local.ProcessIdentity;
import io.howdah.cli.text.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DownCommandTest {
    @TempDir
    private Path directory;

    private Cli cli;
    private Process process;

    @BeforeEach
    void prepare() throws IOException {
        cli = new Cli(directory).withCluster();
        process = new ProcessBuilder("sleep", "60").start();
    }

    @AfterEach
    void end() {
        process.destroyForcibly();
    }

    @Test
    void isDoneWhereThereIsNothing() {
        Result result = new Cli(directory.resolve("empty")).run("down", "--clean", "--yes");

        assertThat(result.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(result.err()).contains("nothing to do");
    }

    @Test
    void asksBeforeItRemoves() {
        Result nobody = cli.run("down", "--clean");
        assertThat(nobody.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(nobody.err()).contains("standard input is not a terminal", "try:   repeat the command with --yes");

        Result no = cli.typing("n\n").run("down", "--clean");
        assertThat(no.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(no.err()).contains("with all its data? [y/N]", "nothing was done");
        assertThat(cli.cluster().resolve("howdah.yaml")).exists();

        Result yes = cli.typing("y\n").run("down", "--clean");
        assertThat(yes.exitCode()).as(yes.err()).isEqualTo(ExitCode.OK);
        assertThat(cli.cluster()).doesNotExist();
    }

    @Test
    void keepsWhatIsNotOurs() throws IOException {
        Files.writeString(cli.cluster().resolve("diary.txt"), "private");
        Path outside = Files.createDirectories(directory.resolve("outside"));
        Files.writeString(outside.resolve("precious"), "");
        Files.createSymbolicLink(cli.cluster().resolve("data"), outside);

        Result result = cli.run("down", "--clean", "--yes");

        assertThat(result.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(result.err()).contains("kept there: diary.txt");
        assertThat(cli.cluster()).isDirectoryNotContaining("glob:**/howdah.yaml");
        assertThat(cli.cluster().resolve("diary.txt")).exists();
        assertThat(outside.resolve("precious")).exists();
    }

    @Test
    void stopsTheProcessesItselfWhenAdminCannotBeStarted() throws IOException, InterruptedException {
        ProcessIdentity identity = ProcessIdentity.of(process.pid()).orElseThrow();
        writePidFile("node1", identity.pid(), identity.startTicks());

        Result result = cli.run("down");

        assertThat(result.exitCode()).as(result.err()).isEqualTo(ExitCode.OK);
        assertThat(result.err()).contains("the admin process did not start", "stopping the processes directly instead");
        assertThat(process.waitFor()).isEqualTo(128 + 15);
    }

    @Test
    void cleansUpEvenWithABrokenConfiguration() throws IOException {
        Files.writeString(cli.cluster().resolve("howdah.yaml"), "{");
        ProcessIdentity identity = ProcessIdentity.of(process.pid()).orElseThrow();
        writePidFile("gateway1", identity.pid(), identity.startTicks());

        Result result = cli.run("down", "--clean", "--yes");

        assertThat(result.exitCode()).as(result.err()).isEqualTo(ExitCode.OK);
        assertThat(result.err()).contains("howdah.yaml is not valid");
        assertThat(cli.cluster()).doesNotExist();
        assertThat(ProcessIdentity.of(identity.pid())).isEmpty();
    }

    @Test
    void neverTouchesAStrangerWithAReusedPid() throws IOException {
        ProcessIdentity identity = ProcessIdentity.of(process.pid()).orElseThrow();
        writePidFile("node1", identity.pid(), identity.startTicks() - 1);

        Result result = cli.run("down");

        assertThat(result.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(result.err()).contains("nothing of this cluster runs");
        assertThat(process.isAlive()).isTrue();
    }

    @Test
    void stopsAPostmasterThatLostItsNode() throws IOException, InterruptedException {
        Path pgdata = Files.createDirectories(cli.cluster().resolve("data/node1/pgdata"));
        // A test that runs in the background of a script inherits an ignored SIGINT; a postmaster never ignores it.
        Process postmaster = new ProcessBuilder("env", "--default-signal=INT", "sleep", "60")
                .directory(pgdata.toFile())
                .start();
        Files.writeString(pgdata.resolve("postmaster.pid"), postmaster.pid() + "\n" + pgdata + "\n");
        try {
            Result result = cli.run("down");

            assertThat(result.exitCode()).as(result.err()).isEqualTo(ExitCode.OK);
            assertThat(postmaster.waitFor()).isEqualTo(128 + 2);
        } finally {
            postmaster.destroyForcibly();
        }
    }

    @Test
    void leavesAProcessAloneThatOnlySharesThePidOfAPostmaster() throws IOException {
        Path pgdata = Files.createDirectories(cli.cluster().resolve("data/node1/pgdata"));
        Files.writeString(pgdata.resolve("postmaster.pid"), process.pid() + "\n");

        assertThat(cli.run("down").exitCode()).isEqualTo(ExitCode.OK);
        assertThat(process.isAlive()).isTrue();
    }

    private void writePidFile(String component, long pid, long startTicks) throws IOException {
        Files.writeString(
                cli.cluster().resolve("run").resolve(component + ".pid"),
                "{\"pid\":%d,\"start_ticks\":%d,\"component\":\"%s\"}".formatted(pid, startTicks, component));
    }
}
