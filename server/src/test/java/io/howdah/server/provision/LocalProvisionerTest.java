package io.howdah.server.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.howdah.server.configuration.ClusterConfiguration;
import io.howdah.server.configuration.ClusterDirectory;
import io.howdah.server.configuration.ConfigurationException;
import io.howdah.server.configuration.NodeConfiguration;
import io.howdah.server.provision.LocalProvisioner.Machine;
import io.howdah.server.provision.LocalProvisioner.Prepared;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalProvisionerTest {
    @TempDir
    private Path temporary;

    private final List<String> events = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // set before each test
    private ClusterDirectory directory;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Machine machine;

    @SuppressWarnings("NullAway.Init") // set before each test
    private LocalProvisioner provisioner;

    @BeforeEach
    void openDirectory() throws Exception {
        directory = new ClusterDirectory(temporary.resolve("cluster"));
        Machine real = LocalMachine.create(temporary);
        // Ports are said to be free, since other clusters may well run on this machine.
        machine = new Machine(
                real.processes(),
                (host, port) -> Optional.empty(),
                real.postgres(),
                real.launcher(),
                real.account(),
                real.random());
        provisioner = new LocalProvisioner(directory, machine);
    }

    @AfterEach
    void stopProcesses() {
        provisioner.stop("", (component, message) -> {});
    }

    @Test
    void aNewClusterIsWrittenStartedFoundAndStopped() throws Exception {
        Prepared prepared = provisioner.prepare(ClusterRequest.DEFAULT, 7700, this::event);
        assertThat(prepared.configuration().adminPort()).isEqualTo(7700);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.secrets())))
                .isEqualTo("rw-------");
        provisioner.apply(prepared.steps(), this::event);
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(directory.processConfiguration("node1"))))
                .isEqualTo("rw-------");
        assertThat(bootstrappers()).containsExactly("node1");
        assertThat(provisioner.running())
                .containsOnlyKeys("node1", "node2", "node3", "gateway1", "gateway2", "gateway3");

        Prepared again = provisioner.prepare(ClusterRequest.DEFAULT, 7700, this::event);
        assertThat(again.steps()).isEmpty();
        assertThat(again.configuration()).isEqualTo(prepared.configuration());
        assertThat(again.secrets()).isEqualTo(prepared.secrets());

        events.clear();
        assertThat(provisioner.stop("node2", this::event)).hasSize(6);
        assertThat(events).last().asString().isEqualTo("node2: stops last, since it leads");
        assertThat(events.subList(0, 3)).allMatch(event -> event.startsWith("gateway"));
        assertThat(provisioner.running()).isEmpty();
    }

    @Test
    void whatWasKilledIsStartedAgainAndTheRestLeftAlone() {
        provisioner.apply(
                provisioner.prepare(ClusterRequest.DEFAULT, 7700, this::event).steps(), this::event);
        Map<String, RunningProcess> before = provisioner.running();
        ProcessHandle.of(Objects.requireNonNull(before.get("node3")).identity().pid())
                .orElseThrow()
                .destroyForcibly();
        Awaitility.await().until(() -> !provisioner.running().containsKey("node3"));
        List<Step> steps =
                provisioner.prepare(ClusterRequest.DEFAULT, 7700, this::event).steps();
        assertThat(steps).extracting(step -> step.component().name()).containsOnly("node3");
        provisioner.apply(steps, this::event);
        Map<String, RunningProcess> after = provisioner.running();
        assertThat(after).hasSize(6).containsEntry("node1", before.get("node1"));
    }

    @Test
    void onlyAClusterWithoutAnyDataIsBootstrapped() throws Exception {
        provisioner.apply(
                provisioner.prepare(ClusterRequest.DEFAULT, 7700, this::event).steps(), this::event);
        provisioner.stop("", this::event);
        // node1 lost its directory; node2 still has the cluster's data.
        Files.createDirectories(directory.postgresData("node2"));
        provisioner.apply(
                provisioner.prepare(ClusterRequest.DEFAULT, 7700, this::event).steps(), this::event);
        assertThat(bootstrappers()).isEmpty();
    }

    @Test
    void aPortThatAStrangerTookIsMovedInTheFileAndItsUsersAreRestarted() throws Exception {
        provisioner.apply(
                provisioner.prepare(ClusterRequest.DEFAULT, 7700, this::event).steps(), this::event);
        provisioner.stop("", this::event);
        LocalProvisioner crowded = new LocalProvisioner(
                directory,
                new Machine(
                        machine.processes(),
                        (host, port) -> port == 6433
                                ? Optional.of(new PortTable.Owner(OptionalLong.of(1), "'init' (pid 1)"))
                                : Optional.empty(),
                        machine.postgres(),
                        machine.launcher(),
                        machine.account(),
                        machine.random()));
        Prepared prepared = crowded.prepare(ClusterRequest.DEFAULT, 7701, this::event);
        assertThat(prepared.notes())
                .containsExactly("port 6433 is taken by 'init' (pid 1): gateway1 uses 6436 from now on");
        assertThat(directory.configuration())
                .content()
                .contains("read_write: 6436")
                .contains("port: 7701");
    }

    @Test
    void ourOwnListenersAreNoStrangers() throws Exception {
        Prepared prepared = provisioner.prepare(ClusterRequest.DEFAULT, 7700, this::event);
        provisioner.apply(prepared.steps(), this::event);
        long pid = Objects.requireNonNull(provisioner.running().get("node1"))
                .identity()
                .pid();
        LocalProvisioner listening = new LocalProvisioner(
                directory,
                new Machine(
                        machine.processes(),
                        (host, port) -> Optional.of(new PortTable.Owner(OptionalLong.of(pid), "node1")),
                        machine.postgres(),
                        machine.launcher(),
                        machine.account(),
                        machine.random()));
        assertThat(listening.prepare(ClusterRequest.DEFAULT, 7700, this::event).configuration())
                .isEqualTo(prepared.configuration());
    }

    @Test
    void allProblemsAreToldAtOnceAndNothingIsWritten() throws Exception {
        Files.createDirectories(directory.postgresData("node1"));
        ProvisionException thrown = catchThrowableOfType(
                ProvisionException.class, () -> provisioner.prepare(ClusterShapeTest.request(2), 7700, this::event));
        assertThat(thrown.detail()).contains("2 nodes", "howdah.yaml is missing", "secrets.yaml is missing");
        assertThat(thrown.hint()).contains("--nodes 1, 3 or 5", "down --clean");
        assertThat(directory.configuration()).doesNotExist();
        assertThat(directory.run()).doesNotExist();
    }

    @Test
    void withoutPostgresNothingIsWritten() {
        LocalProvisioner without = new LocalProvisioner(
                directory,
                new Machine(
                        machine.processes(),
                        machine.ports(),
                        (configured, progress) -> new PostgresLocator.Answer.Missing(
                                new Problem("PostgreSQL 13.4 is too old", "install PostgreSQL 14 or newer")),
                        machine.launcher(),
                        machine.account(),
                        machine.random()));
        assertThatThrownBy(() -> without.prepare(ClusterRequest.DEFAULT, 7700, this::event))
                .isInstanceOf(ProvisionException.class)
                .hasMessageContaining("13.4 is too old");
        assertThat(directory.root()).doesNotExist();
    }

    @Test
    void aDamagedConfigurationIsToldAndLeftAsItIs() throws Exception {
        provisioner.prepare(ClusterRequest.DEFAULT, 7700, this::event);
        Files.writeString(directory.configuration(), "nodes: [");
        assertThatThrownBy(() -> provisioner.prepare(ClusterRequest.DEFAULT, 7700, this::event))
                .isInstanceOf(ConfigurationException.class);
        assertThat(directory.configuration()).hasContent("nodes: [");
    }

    @Test
    void aDirectoryThatPostgresCannotReachGetsNoSockets() {
        LocalProvisioner hidden = new LocalProvisioner(
                directory,
                new Machine(
                        machine.processes(),
                        machine.ports(),
                        machine.postgres(),
                        machine.launcher(),
                        new Account() {
                            @Override
                            public boolean canReach(Path path) {
                                return !path.endsWith("run");
                            }

                            @Override
                            public void giveToPostgres(Path path) {
                                throw new AssertionError("there is nothing to give");
                            }
                        },
                        machine.random()));
        hidden.apply(hidden.prepare(ClusterRequest.DEFAULT, 7700, this::event).steps(), this::event);
        assertThat(NodeConfiguration.read(directory.processConfiguration("node1"))
                        .socketDirectory())
                .isEmpty();
    }

    @Test
    void twoClustersStandSideBySide() throws Exception {
        try (ServerSocket first = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int taken = first.getLocalPort();
            PortTable ports = (host, port) ->
                    port == 5441 ? new LinuxPortTable(new LinuxProcessTable()).ownerOf(host, taken) : Optional.empty();
            LocalProvisioner second = new LocalProvisioner(
                    directory,
                    new Machine(
                            machine.processes(),
                            ports,
                            machine.postgres(),
                            machine.launcher(),
                            machine.account(),
                            machine.random()));
            ClusterConfiguration cluster =
                    second.prepare(ClusterRequest.DEFAULT, 7700, this::event).configuration();
            assertThat(cluster.nodes().getFirst().postgresPort()).isEqualTo(5541);
            assertThat(events)
                    .anyMatch(event -> event.contains(
                            "(pid %d)".formatted(ProcessHandle.current().pid())));
        }
    }

    @Test
    void aNodeIsToldWhereItsDataReallyStands() throws Exception {
        Path elsewhere = Files.createDirectories(temporary.resolve("elsewhere"));
        Files.createDirectories(directory.root());
        Files.createSymbolicLink(directory.data(), elsewhere);
        provisioner.apply(
                provisioner.prepare(ClusterRequest.DEFAULT, 7700, this::event).steps(), this::event);
        assertThat(NodeConfiguration.read(directory.processConfiguration("node1"))
                        .directory())
                .isEqualTo(elsewhere.toRealPath().resolve("node1"));
    }

    @Test
    void thePortsOfANeighborAreTakenBeforeItListens() throws Exception {
        ClusterDirectory other = new ClusterDirectory(temporary.resolve("other"));
        ClusterConfiguration usual = new LocalProvisioner(other, machine)
                .prepare(ClusterRequest.DEFAULT, 7800, this::event)
                .configuration();
        Process admin = new ProcessBuilder(
                        "/bin/sh", "-c", "sleep 60; :", Component.MAIN_CLASS, "admin", "--dir", other.toString())
                .start();
        try {
            Prepared prepared = provisioner.prepare(ClusterRequest.DEFAULT, 7700, this::event);
            assertThat(prepared.configuration().ports()).doesNotContainAnyElementsOf(usual.ports());
            assertThat(prepared.notes()).anyMatch(note -> note.contains("are taken by the cluster in " + other));
        } finally {
            admin.destroyForcibly();
        }
    }

    private List<String> bootstrappers() {
        return List.of("node1", "node2", "node3").stream()
                .filter(node -> NodeConfiguration.read(directory.processConfiguration(node))
                        .bootstrap())
                .toList();
    }

    private void event(String component, String message) {
        events.add(component + ": " + message);
    }
}
