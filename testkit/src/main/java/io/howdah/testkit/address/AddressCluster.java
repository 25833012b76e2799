package io.howdah.testkit.address;

import io.howdah.kernel.model.Cell;
import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.GatewayId;
import io.howdah.kernel.model.NodeId;
import io.howdah.postgres.process.PostgresBinaries;
import io.howdah.server.Main;
import io.howdah.server.configuration.AccessConfiguration;
import io.howdah.server.configuration.CacheConfiguration;
import io.howdah.server.configuration.CarriedAddress;
import io.howdah.server.configuration.ClusterConfiguration.GatewayPorts;
import io.howdah.server.configuration.DatabaseRouting;
import io.howdah.server.configuration.GatewayConfiguration;
import io.howdah.server.configuration.NodeConfiguration;
import io.howdah.server.configuration.PeerEntry;
import io.howdah.server.configuration.PoolingConfiguration;
import io.howdah.server.configuration.Secrets;
import io.howdah.server.configuration.ServingConfiguration;
import io.howdah.server.configuration.VirtualAddress;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** Three nodes on the sandbox's own host, and gateways on hosts of theirs: real processes that share one virtual address. */
final class AddressCluster {
    static final String NODES_ADDRESS = "10.77.0.254";
    static final String ADDRESS = "10.77.0.100";
    static final int PORT = 6432;
    private static final int FIRST_NODE_PORT = 5441;
    private static final ClusterId ID = new ClusterId("00000000000000ad");

    private static final VirtualAddress.Commands BUILT_IN =
            new VirtualAddress.Commands(Optional.empty(), Optional.empty(), Optional.empty());

    private final Path directory;
    private final Secrets secrets = Secrets.generate(new SecureRandom());
    private final List<PeerEntry> peers = IntStream.rangeClosed(1, 3)
            .mapToObj(
                    number -> new PeerEntry(new NodeId("node" + number), NODES_ADDRESS, FIRST_NODE_PORT + 10 + number))
            .toList();
    private final List<Process> nodes = new ArrayList<>();

    AddressCluster(Path directory) throws IOException {
        this.directory = directory;
        for (String part : List.of("data", "logs", "run")) {
            Files.createDirectories(directory.resolve(part));
        }
        secrets.write(secretsFile());
        Files.writeString(directory.resolve("pg_hba.conf"), "host all all 10.77.0.0/24 scram-sha-256\n");
    }

    private Path secretsFile() {
        return directory.resolve("secrets.yaml");
    }

    String password() {
        return secrets.postgresPassword();
    }

    List<Process> nodes() {
        return nodes;
    }

    void startNodes() throws IOException {
        for (PeerEntry peer : peers) {
            String name = peer.node().value();
            NodeConfiguration configuration = new NodeConfiguration(
                    "addresses",
                    ID,
                    peer.node(),
                    new Cell("zone1"),
                    NODES_ADDRESS,
                    peer.apiPort() - 10,
                    peer.apiPort(),
                    directory.resolve("data").resolve(name),
                    directory.resolve("logs"),
                    directory.resolve("run"),
                    Optional.empty(),
                    PostgresBinaries.find(Optional.empty()).directory(),
                    secretsFile(),
                    name.equals("node1"),
                    OptionalLong.empty(),
                    Optional.empty(),
                    peers);
            Path file = directory.resolve("run").resolve(name + ".yaml");
            Files.writeString(file, configuration.toYaml());
            nodes.add(new ProcessBuilder(program("node", file))
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(log(name))
                    .start());
        }
    }

    /** The gateway of a host, which uses what is built in. */
    Process startGateway(Host host, int priority) throws IOException {
        return host.start(program("gateway", configure(host, priority, BUILT_IN)), log(host.name()));
    }

    /** The same with commands of an operator's own. */
    Process startGatewayWithCommands(Host host, int priority) throws IOException {
        VirtualAddress.Commands commands = new VirtualAddress.Commands(
                Optional.of("ip address replace \"$address/$prefix\" dev \"$interface\""
                        + " valid_lft \"$seconds\" preferred_lft \"$seconds\""),
                Optional.of("ip address delete \"$address/$prefix\" dev \"$interface\""),
                Optional.empty());
        return host.start(program("gateway", configure(host, priority, commands)), log(host.name()));
    }

    /** The same without the right to change a host's network. */
    Process startPowerlessGateway(Host host, int priority) throws IOException {
        List<String> command = new ArrayList<>(List.of("setpriv", "--bounding-set=-net_admin,-net_raw"));
        command.addAll(program("gateway", configure(host, priority, BUILT_IN)));
        return host.start(command, log(host.name()));
    }

    String log(Host host) throws IOException {
        Path file = directory.resolve("logs").resolve(host.name() + ".log");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    private Path configure(Host host, int priority, VirtualAddress.Commands commands) throws IOException {
        GatewayConfiguration configuration = new GatewayConfiguration(
                "addresses",
                ID,
                new GatewayId(host.name()),
                new Cell("zone1"),
                host.address(),
                new GatewayPorts(PORT, PORT + 1, PORT + 2),
                directory.resolve("run"),
                secretsFile(),
                peers,
                PoolingConfiguration.USUAL,
                AccessConfiguration.USUAL,
                ServingConfiguration.USUAL,
                CacheConfiguration.USUAL,
                Optional.of(
                        new CarriedAddress(new VirtualAddress(ADDRESS, 24, Host.INTERFACE, 3_600, commands), priority)),
                DatabaseRouting.NONE);
        Path file = directory.resolve("run").resolve(host.name() + ".yaml");
        Files.writeString(file, configuration.toYaml());
        return file;
    }

    private ProcessBuilder.Redirect log(String name) {
        return ProcessBuilder.Redirect.appendTo(
                directory.resolve("logs").resolve(name + ".log").toFile());
    }

    static List<String> java(String mainClass, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx96m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                mainClass));
        command.addAll(List.of(arguments));
        return command;
    }

    private static List<String> program(String role, Path file) {
        return java(Main.class.getName(), role, "--config", file.toString());
    }
}
