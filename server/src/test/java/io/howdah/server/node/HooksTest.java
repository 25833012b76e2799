package io.howdah.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.howdah.kernel.model.NodeState;
import io.howdah.kernel.model.NodeStatus;
import io.howdah.kernel.model.Role;
import io.howdah.server.configuration.ConfigurationException;
import io.howdah.server.configuration.HookConfiguration;
import io.howdah.server.configuration.HookConfiguration.Event;
import io.howdah.server.http.NodeStatusJson;
import io.howdah.server.http.Statuses;
import io.howdah.server.node.Hooks.Seen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HooksTest {
    private static final Seen STANDBY = new Seen(Optional.of("standby"), 10);

    @TempDir
    private Path directory;

    @Test
    void whatHappensBetweenTwoLooks() {
        assertThat(Seen.NOTHING.eventsUntil(STANDBY)).containsExactly(Event.ON_START);
        assertThat(STANDBY.eventsUntil(STANDBY)).isEmpty();
        assertThat(STANDBY.eventsUntil(new Seen(Optional.of("primary"), 10))).containsExactly(Event.ON_ROLE_CHANGE);
        assertThat(STANDBY.eventsUntil(new Seen(Optional.empty(), 0))).containsExactly(Event.ON_STOP);
        assertThat(STANDBY.eventsUntil(new Seen(Optional.of("primary"), 11)))
                .containsExactly(Event.ON_RESTART, Event.ON_ROLE_CHANGE);
        assertThat(new Seen(Optional.of("primary"), 10)
                        .after(new Seen(Optional.empty(), 10))
                        .role())
                .as("between two offices it is what it was")
                .contains("primary");
    }

    @Test
    void aChangeOfRoleRunsTheProgramWithWhatItNeedsToKnow() throws Exception {
        Path told = directory.resolve("told");
        Path started = directory.resolve("started");
        program("on_start", "echo \"$@\" > " + started);
        program("on_role_change", "echo \"$@\" $HOWDAH_NODE $HOWDAH_FORMER_ROLE $HOWDAH_TERM $HOWDAH_PORT > " + told);
        StatusBoard board = new StatusBoard(status(1, "node1", Role.STANDBY, false));
        Hooks hooks = new Hooks("local", board, () -> HookConfiguration.read(directory));
        hooks.start();
        await().until(() -> isWritten(started));
        assertThat(started).content().isEqualTo("on_start standby local\n");
        board.publish(status(2, "node2", Role.PRIMARY, true));

        await().until(() -> isWritten(told));
        assertThat(told).content().isEqualTo("on_role_change primary local node2 standby 7 5441\n");
        hooks.stop();
    }

    @Test
    void aProgramThatHangsIsKilled() throws Exception {
        Path program = program("on_start", "sleep 600");
        long from = System.nanoTime();
        Hooks.perform(Event.ON_START, List.of(program.toString()), Map.of(), Duration.ofMillis(200));
        assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(60));
    }

    @Test
    void whatCannotBeRunIsRefusedByName() throws Exception {
        Files.writeString(directory.resolve("hooks.yaml"), "on_stop: nowhere\non_stopp: x\n");
        assertThatThrownBy(() -> HookConfiguration.read(directory))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("on_stop is not the absolute path")
                .hasMessageContaining("'on_stopp' is not known");
        assertThat(HookConfiguration.read(directory.resolve("empty")).programs())
                .isEmpty();
    }

    private Path program(String event, String script) throws IOException {
        Path program = Files.writeString(directory.resolve(event + ".sh"), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        Files.writeString(
                directory.resolve("hooks.yaml"),
                "%s: %s\n".formatted(event, program),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        return program;
    }

    private static boolean isWritten(Path file) throws IOException {
        return Files.exists(file) && Files.readString(file).endsWith("\n");
    }

    private static NodeStatus status(long sequence, String leader, Role role, boolean gateOpen) {
        String json =
                NodeStatusJson.write(Statuses.status("node2", 7, leader, role, NodeState.STREAMING, gateOpen, 5452));
        return NodeStatusJson.read(json.replace("\"sequence\":1,", "\"sequence\":%d,".formatted(sequence)));
    }
}
