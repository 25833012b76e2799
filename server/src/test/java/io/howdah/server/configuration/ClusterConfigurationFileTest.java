package io.howdah.server.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.howdah.kernel.model.Cell;
import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.GatewayId;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeTags;
import io.howdah.server.configuration.ClusterConfiguration.GatewayEntry;
import io.howdah.server.configuration.ClusterConfiguration.GatewayPorts;
import io.howdah.server.configuration.ClusterConfiguration.NodeEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ClusterConfigurationFileTest {
    private static final ClusterConfiguration ONE_NODE = new ClusterConfiguration(
            "local",
            new ClusterId("0123456789012345"),
            "127.0.0.1",
            "",
            7654,
            List.of(new NodeEntry(new NodeId("node1"), new Cell("zone1"), 5441, 5451)),
            List.of(new GatewayEntry(
                    new GatewayId("gateway1"), new Cell("zone1"), new GatewayPorts(6432, 6433, 6434))));

    @TempDir
    private Path temporary;

    private ClusterDirectory directory = new ClusterDirectory(Path.of("."));
    private ClusterConfigurationFile file = new ClusterConfigurationFile(directory);

    @BeforeEach
    void openDirectory() {
        directory = new ClusterDirectory(temporary);
        file = new ClusterConfigurationFile(directory);
    }

    @Test
    void whatIsWrittenIsReadBack() {
        file.create(ONE_NODE);
        assertThat(file.read()).isEqualTo(ONE_NODE);
    }

    @Test
    void whatIsSaidOfGatewaysStaysWhenNodesChange() throws Exception {
        file.create(ONE_NODE);
        String text = Files.readString(directory.configuration());
        Files.writeString(directory.configuration(), text.replace("nodes:", """
                pooling:
                  maximum: 30
                  exceptions:
                    - database: reports
                      mode: session
                access:
                  certificate: /etc/gateway.crt
                  key: /etc/gateway.key
                  servers: require
                cache:
                  enabled: true
                  memory_mb: 32
                  rules:
                    - role: reports
                      tables: prices, public.rates
                      time_to_live_ms: 5000
                nodes:"""));
        ClusterConfiguration pooled = file.read();
        assertThat(pooled.access().key()).contains(Path.of("/etc/gateway.key"));
        assertThat(pooled.pooling().rules().maximum()).contains(30);
        assertThat(pooled.cache().enabled()).isTrue();
        assertThat(pooled.cache().rules().getFirst().tables()).containsExactly("prices", "public.rates");
        file.changeNodes(pooled.without(new NodeId("node9")));
        assertThat(file.read().pooling()).isEqualTo(pooled.pooling());
        assertThat(file.read().access()).isEqualTo(pooled.access());
        assertThat(file.read().cache()).isEqualTo(pooled.cache());
        file.changePorts(pooled, pooled.withPorts(port -> port + 1));
        assertThat(file.read().pooling()).isEqualTo(pooled.pooling());
    }

    @Test
    void virtualAddressesAreReadWrittenAndGivenToTheirGateways() throws Exception {
        file.create(ONE_NODE);
        write("nodes:", """
                virtual_addresses:
                  - address: 10.0.0.100/24
                    interface: eth0
                    prefer: gateway1
                    up_command: "sudo ip address replace $address/$prefix dev $interface"
                nodes:""");
        ClusterConfiguration read = file.read();
        CarriedAddress carried = read.virtualAddress(read.gateways().getFirst()).orElseThrow();
        assertThat(carried.address().toString()).isEqualTo("10.0.0.100/24");
        assertThat(carried.priority()).isEqualTo(1);
        assertThat(carried.address().preemptAfterSeconds()).isEqualTo(60);
        file.create(read);
        assertThat(file.read()).isEqualTo(read);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10.0.0.100    | eth0             | gateway1 | not an IPv4 address with its prefix",
                "10.0.0.300/24 | eth0             | gateway1 | holds a number that is too large",
                "127.0.0.9/8   | eth0             | gateway1 | not an address that a host can have for others",
                "10.0.0.100/24 | eth0; rm -rf /   | gateway1 | not the name of a network interface",
                "10.0.0.100/24 | eth0             | gateway9 | prefers 'gateway9', which is not a gateway"
            })
    void anImpossibleVirtualAddressIsRefused(String address, String network, String prefer, String why)
            throws Exception {
        file.create(ONE_NODE);
        write("nodes:", """
                virtual_addresses:
                  - address: %s
                    interface: "%s"
                    prefer: %s
                nodes:""".formatted(address, network, prefer));
        assertThatThrownBy(file::read).hasMessageContaining(why);
    }

    @Test
    void aGatewayCarriesOneVirtualAddress() throws Exception {
        file.create(ONE_NODE);
        write("nodes:", """
                virtual_addresses:
                  - {address: 10.0.0.100/24, interface: eth0}
                  - {address: 10.0.0.101/24, interface: eth0}
                nodes:""");
        assertThatThrownBy(file::read).hasMessageContaining("gives gateway1 2 addresses");
    }

    private void write(String place, String instead) throws Exception {
        Path configuration = directory.configuration();
        Files.writeString(configuration, Files.readString(configuration).replace(place, instead));
    }

    @Test
    void aPathWithOddLettersIsReadBack() {
        ClusterConfiguration odd = new ClusterConfiguration(
                "local",
                ONE_NODE.id(),
                "127.0.0.1",
                "/opt/post gres\"\\: #1/bin",
                1,
                ONE_NODE.nodes(),
                ONE_NODE.gateways());
        file.create(odd);
        assertThat(file.read()).isEqualTo(odd);
    }

    @Test
    void changingPortsKeepsCommentsAndOrder() throws Exception {
        Files.writeString(directory.configuration(), """
                # my cluster, do not touch 5441
                nodes: [{id: node1, cell: zone1, api_port: 5451, postgres_port: 5441}] # on 5441
                id: "0123456789012345"
                name:   local
                host: 127.0.0.1
                gateways:
                  - {id: gateway1, cell: zone1,
                     auto: 6432, read_write: "6433", read_only: 6434}   # the usual
                admin: {port: 7654}
                """);
        ClusterConfiguration old = file.read();
        assertThat(old).isEqualTo(ONE_NODE);
        file.changePorts(old, old.withPorts(port -> port == 5441 || port == 6433 ? port + 1000 : port));
        assertThat(directory.configuration()).hasContent("""
                        # my cluster, do not touch 5441
                        nodes: [{id: node1, cell: zone1, api_port: 5451, postgres_port: 6441}] # on 5441
                        id: "0123456789012345"
                        name:   local
                        host: 127.0.0.1
                        gateways:
                          - {id: gateway1, cell: zone1,
                             auto: 6432, read_write: "7433", read_only: 6434}   # the usual
                        admin: {port: 7654}
                        """);
    }

    @Test
    void allMistakesAreReportedAtOnceWithTheirLines() throws Exception {
        Files.writeString(directory.configuration(), """
                name: Local Cluster
                hots: 127.0.0.1
                id: 12
                admin: 7654
                nodes:
                  - id: node1
                    cell: zone1
                    postgres_port: 544100
                    api_port: [5451]
                    colour: red
                  - node2
                """);
        ConfigurationException thrown = catchThrowableOfType(ConfigurationException.class, file::read);
        assertThat(thrown.problems())
                .extracting(ConfigurationProblem::toString)
                .satisfiesExactlyInAnyOrder(
                        problem -> assertThat(problem).startsWith("line 1: name cannot be used"),
                        problem -> assertThat(problem)
                                .isEqualTo("line 2: the key 'hots' is not known, did you mean 'host'?"),
                        problem -> assertThat(problem).contains("line 3: id cannot be used", "16 hexadecimal"),
                        problem -> assertThat(problem)
                                .isEqualTo("line 4: admin should be a group of keys, but is a value"),
                        problem -> assertThat(problem).endsWith("the key 'admin.port' is missing"),
                        problem -> assertThat(problem)
                                .isEqualTo("line 8: nodes[1].postgres_port cannot be used: '544100' is not a port, a"
                                        + " number from 1 to 65535"),
                        problem -> assertThat(problem)
                                .isEqualTo("line 9: nodes[1].api_port should be a single value, but is a list"),
                        problem -> assertThat(problem)
                                .startsWith("line 10: the key 'nodes[1].colour' is not known; permitted are id, cell"),
                        problem -> assertThat(problem).isEqualTo("line 11: nodes[2] should be a group of keys"),
                        problem -> assertThat(problem).isEqualTo("the key 'host' is missing"),
                        problem -> assertThat(problem).isEqualTo("the key 'gateways' is missing"));
        assertThat(thrown).hasMessageContaining("howdah.yaml");
        assertThat(thrown.hint()).contains("correct the file");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "# nothing\n", "[]", "just text", "a: [", "a: 1\na: 2", "\tname: x", "name: {}", "\u0000"})
    void whatIsNotAConfigurationIsRefused(String content) throws Exception {
        Files.writeString(directory.configuration(), content);
        assertThatThrownBy(file::read)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("howdah.yaml");
    }

    @Test
    void bytesThatAreNotTextAreRefused() throws Exception {
        Files.write(directory.configuration(), new byte[] {'a', ':', ' ', (byte) 0xFF, (byte) 0xFE});
        assertThatThrownBy(file::read).hasMessageContaining("not UTF-8");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "5451|5441|use port 5441 twice",
                "zone1|'cell 1'|cell cannot be used",
                "127.0.0.1|0.0.0.0|loopback",
                "gateway1|node1|hold the id 'node1' twice",
                "gateway1|admin|the admin process's own",
            })
    void whatCannotWorkIsRefused(String from, String to, String message) throws Exception {
        file.create(ONE_NODE);
        String text = Files.readString(directory.configuration());
        Files.writeString(directory.configuration(), text.replace(from, to));
        assertThatThrownBy(file::read)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(message);
    }

    @Test
    void nodesTagsFencesAndRetiredNamesSurviveAndWhatStandsBeforeThemStays() throws Exception {
        file.create(ONE_NODE);
        Path path = directory.configuration();
        Files.writeString(path, "# mine\n" + Files.readString(path));
        NodeEntry second = new NodeEntry(
                new NodeId("node2"),
                new Cell("zone2"),
                5442,
                5452,
                NodeTags.parse("never-leader priority=5 delay=1h"),
                OptionalLong.of(17));
        ClusterConfiguration grown = ONE_NODE.with(List.of(ONE_NODE.nodes().getFirst(), second), ONE_NODE.gateways())
                .without(new NodeId("node9"));
        file.changeNodes(grown);
        assertThat(file.read()).isEqualTo(grown);
        assertThat(path).content().startsWith("# mine\n").contains("retired: node9", "tags: \"never-leader");
    }

    @Test
    void tagsThatMeanNothingAreRefusedWithTheirLine() throws Exception {
        file.create(ONE_NODE);
        Path path = directory.configuration();
        Files.writeString(
                path, Files.readString(path).replace("api_port: 5451\n", "api_port: 5451\n    tags: fastest\n"));
        assertThatThrownBy(file::read).hasMessageContaining("there is no tag 'fastest'");
    }
}
