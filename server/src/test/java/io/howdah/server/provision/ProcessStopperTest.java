package io.howdah.server.provision;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.server.configuration.ClusterDirectory;
import io.howdah.server.configuration.PidFile;
import io.howdah.server.configuration.ProcessIdentity;
import io.howdah.server.provision.Component.Kind;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every process here was started here, so that none but these can ever be hit. */
final class ProcessStopperTest {
    private static final ProcessStopper.Patience SHORT =
            new ProcessStopper.Patience(Duration.ofMillis(300), Duration.ofMillis(300), Duration.ofMillis(300));

    @TempDir
    private Path temporary;

    private final ProcessTable processes = new LinuxProcessTable();
    private final List<Process> started = new ArrayList<>();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private ClusterDirectory directory = new ClusterDirectory(Path.of("."));
    private ProcessStopper stopper = new ProcessStopper(directory, processes, SHORT);

    @BeforeEach
    void openDirectory() throws Exception {
        directory = new ClusterDirectory(temporary);
        stopper = new ProcessStopper(directory, processes, SHORT);
        Files.createDirectories(directory.run());
    }

    @AfterEach
    void killWhatIsLeft() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void aProcessThatListensToTermIsNotKilled() throws Exception {
        Path farewell = temporary.resolve("farewell");
        Component component = component("gateway1");
        RunningProcess process = start(component, "trap 'echo bye > %s; exit 0' TERM".formatted(farewell));
        new PidFile(directory, "gateway1").write(process.identity());
        stopper.stop(component, process, this::event);
        assertThat(process.identity().isAlive()).isFalse();
        assertThat(farewell).hasContent("bye");
        assertThat(new PidFile(directory, "gateway1").read()).isEmpty();
        assertThat(events).isEmpty();
    }

    @Test
    void aProcessThatIgnoresTermIsKilled() throws Exception {
        Component component = component("node1");
        RunningProcess process = start(component, "trap '' TERM");
        stopper.stop(component, process, this::event);
        assertThat(process.identity().isAlive()).isFalse();
        assertThat(events).singleElement().asString().contains("node1", "does not end", "SIGKILL");
    }

    @Test
    void aStrangerWithTheSameNumberIsNeverTouched() throws Exception {
        RunningProcess stranger = start(component("node1"), ":");
        ProcessIdentity former = new ProcessIdentity(
                stranger.identity().pid(), stranger.identity().startTicks() - 1);
        for (Signals.Signal signal : Signals.Signal.values()) {
            assertThat(Signals.send(former, signal)).isFalse();
        }
        assertThat(stranger.identity().isAlive()).isTrue();
    }

    @Test
    void aStalePidFileThatNamesAStrangerIsToldAndNothingMore() throws Exception {
        Process stranger = launch(List.of("/bin/sleep", "60"), temporary);
        ProcessIdentity identity = ProcessIdentity.of(stranger.pid()).orElseThrow();
        new PidFile(directory, "node1").write(identity);
        Observed observed = new Observer(directory, processes).observe(List.of(component("node1")));
        assertThat(observed.running()).isEmpty();
        assertThat(observed.staleClaims().get("node1")).contains("'/bin/sleep 60'", "is left alone");
        assertThat(stranger.isAlive()).isTrue();
    }

    @Test
    void aProcessIsFoundWithoutItsPidFile() throws Exception {
        RunningProcess node = start(component("node1"), ":");
        start(new Component("node1", Kind.NODE, Path.of("/another/cluster/run/node1.yaml")), ":");
        Observer observer = new Observer(directory, processes);
        assertThat(observer.observe(List.of(component("node1"))).running()).containsOnlyKeys("node1");
        assertThat(observer.everythingOfThisDirectory().values())
                .extracting(RunningProcess::identity)
                .containsExactly(node.identity());
        assertThat(Objects.requireNonNull(processes.find(node.identity().pid()).orElse(null))
                        .describe())
                .isEqualTo("node1 of the cluster in %s (pid %d)"
                        .formatted(temporary, node.identity().pid()));
    }

    @Test
    void anOrphanedPostgresIsStoppedFastThenAtOnceThenKilled() throws Exception {
        Path data = Files.createDirectories(directory.postgresData("node2"));
        Process postgres = launch(List.of("/bin/sh", "-c", "trap '' INT QUIT; while :; do sleep 0.05; done"), data);
        Files.writeString(data.resolve("postmaster.pid"), postgres.pid() + "\n" + data + "\n");
        assertThat(stopper.orphanedPostgres("node2")).isPresent();
        stopper.stopOrphanedPostgres("node2", this::event);
        assertThat(postgres.waitFor()).isNotZero();
        assertThat(events)
                .satisfiesExactly(
                        event -> assertThat(event).contains("node2: stops PostgreSQL", "nobody looks after"),
                        event -> assertThat(event).contains("SIGQUIT"),
                        event -> assertThat(event).contains("SIGKILL"));
    }

    @Test
    void aPostmasterFileThatNamesAStrangerIsIgnored() throws Exception {
        Path data = Files.createDirectories(directory.postgresData("node2"));
        Process stranger = launch(List.of("/bin/sleep", "60"), temporary);
        for (String content : List.of(stranger.pid() + "\n", "-1\n", "garbage", "", "99999999999999999999\n")) {
            Files.writeString(data.resolve("postmaster.pid"), content);
            stopper.stopOrphanedPostgres("node2", this::event);
        }
        assertThat(stranger.isAlive()).isTrue();
        assertThat(events).isEmpty();
    }

    private void event(String component, String message) {
        events.add(component + ": " + message);
    }

    private Component component(String name) {
        Kind kind = name.startsWith("node") ? Kind.NODE : Kind.GATEWAY;
        return new Component(name, kind, directory.processConfiguration(name));
    }

    /** A process whose command line is the component's, and which has set its traps when this returns. */
    private RunningProcess start(Component component, String preparation) throws Exception {
        Path ready = Files.createTempFile(temporary, "ready", "");
        List<String> command = new ArrayList<>(
                List.of("/bin/sh", "-c", preparation + "; echo ready > " + ready + "; while :; do sleep 0.05; done"));
        command.addAll(component.arguments());
        Process process = launch(command, temporary);
        Awaitility.await().until(() -> Files.size(ready) > 0);
        return processes.find(process.pid()).orElseThrow();
    }

    private Process launch(List<String> command, Path workingDirectory) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(workingDirectory.toFile())
                .redirectOutput(new File("/dev/null"))
                .redirectError(new File("/dev/null"))
                .start();
        started.add(process);
        return process;
    }
}
