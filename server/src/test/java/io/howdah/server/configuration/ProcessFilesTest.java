package io.howdah.server.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.howdah.kernel.model.Cell;
import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.GatewayId;
import io.howdah.kernel.model.NodeId;
import io.howdah.server.configuration.ClusterConfiguration.GatewayPorts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProcessFilesTest {
    private static final ClusterId ID = new ClusterId("00000000000000e1");
    private static final List<PeerEntry> PEERS = List.of(new PeerEntry(new NodeId("node1"), "127.0.0.1", 5451));

    @TempDir
    private Path directory;

    @Test
    void aNodesConfigurationIsReadBack() {
        NodeConfiguration node = new NodeConfiguration(
                "local",
                ID,
                new NodeId("node1"),
                new Cell("zone1"),
                "127.0.0.1",
                5441,
                5451,
                Path.of("/a b/data/node1"),
                Path.of("/a b/logs"),
                Path.of("/a b/run"),
                Optional.empty(),
                Path.of("/usr/lib/postgresql/15/bin"),
                Path.of("/a b/secrets.yaml"),
                true,
                OptionalLong.empty(),
                Optional.of(new RemotePrimary("db1.example.org", 5441)),
                PEERS);
        Path file = directory.resolve("node1.yaml");
        AtomicFile.write(file, node.toYaml(), AtomicFile.Access.PRIVATE);
        assertThat(NodeConfiguration.read(file)).isEqualTo(node);
    }

    @Test
    void aGatewaysConfigurationIsReadBack() {
        GatewayConfiguration gateway = new GatewayConfiguration(
                "local",
                ID,
                new GatewayId("gateway1"),
                new Cell("zone1"),
                "127.0.0.1",
                new GatewayPorts(1, 2, 3),
                Path.of("/x/run"),
                Path.of("/x/secrets.yaml"),
                PEERS,
                PoolingConfiguration.USUAL,
                AccessConfiguration.USUAL,
                new ServingConfiguration(
                        Optional.of(200),
                        Optional.empty(),
                        Optional.of(900),
                        Optional.empty(),
                        Optional.of(5_000_000_000L),
                        Optional.empty(),
                        Optional.of(0),
                        List.of("postgres", "operator"),
                        List.of("exporter"),
                        new SlowQueryConfiguration(
                                Optional.of(250),
                                true,
                                false,
                                Optional.of(5),
                                List.of(new SlowQueryConfiguration.Exemption(
                                        Optional.of("shop"), Optional.of("reports"), Optional.empty()))),
                        List.of("auto", "read_only"),
                        List.of("10.0.0.0/8", "::1/128")),
                CacheConfiguration.USUAL,
                Optional.empty(),
                new DatabaseRouting(
                        List.of(new LinkedCluster(
                                "shops", new ClusterId("fedcba9876543210"), Path.of("/x/links/shops.yaml"), PEERS)),
                        List.of(
                                new RoutedDatabase("shop", "shops", "shop"),
                                new RoutedDatabase("old \"shop\"", "local", "shop"))));
        Path file = directory.resolve("gateway1.yaml");
        AtomicFile.write(file, gateway.toYaml(), AtomicFile.Access.PRIVATE);
        assertThat(GatewayConfiguration.read(file)).isEqualTo(gateway);
    }

    @Test
    void aGatewaysPoolingIsOptionalAndChecked() throws Exception {
        GatewayConfiguration gateway = new GatewayConfiguration(
                "local",
                ID,
                new GatewayId("gateway1"),
                new Cell("zone1"),
                "127.0.0.1",
                new GatewayPorts(1, 2, 3),
                Path.of("/x/run"),
                Path.of("/x/secrets.yaml"),
                PEERS,
                PoolingConfiguration.USUAL,
                AccessConfiguration.USUAL,
                ServingConfiguration.USUAL,
                CacheConfiguration.USUAL,
                Optional.empty(),
                DatabaseRouting.NONE);
        Path file = directory.resolve("gateway1.yaml");
        Files.writeString(file, gateway.toYaml() + """
                        pooling:
                          maximum: 30
                          wait_ms: 500
                          exceptions:
                            - role: reports
                              mode: session
                              maximum: 5
                        """);
        PoolingConfiguration pooling = GatewayConfiguration.read(file).pooling();
        assertThat(pooling.rules().mode()).isEqualTo(PoolingConfiguration.Mode.TRANSACTION);
        assertThat(pooling.rules().maximum()).contains(30);
        assertThat(pooling.rules().waitMillis()).contains(500);
        assertThat(pooling.exceptions().getFirst().role()).contains("reports");
        assertThat(pooling.exceptions().getFirst().rules().mode()).isEqualTo(PoolingConfiguration.Mode.SESSION);
        String written = GatewayConfiguration.read(file).toYaml();
        Files.writeString(file, written);
        assertThat(GatewayConfiguration.read(file).pooling()).isEqualTo(pooling);
        Files.writeString(file, gateway.toYaml() + """
                        pooling:
                          mode: sometimes
                          maximum: many
                          exceptions:
                            - maximum: 0
                        """);
        assertThatThrownBy(() -> GatewayConfiguration.read(file))
                .hasMessageContainingAll("sometimes", "many", "at least 1", "for whom");
    }

    @Test
    void databasesAreInClustersThatAreKnown() throws Exception {
        Path file = directory.resolve("gateway1.yaml");
        Files.writeString(file, """
                cluster_name: local
                clusters:
                  - cluster: local
                    cluster_id: fedcba9876543210
                    secrets: /x/links/local.yaml
                    nodes:
                      - node: node1
                        host: 127.0.0.1
                        api_port: 5451
                databases:
                  - database: shop
                    cluster: atlantis
                  - database: shop
                    cluster: local
                """);
        assertThatThrownBy(() -> GatewayConfiguration.read(file))
                .hasMessageContainingAll(
                        "should name local once", "should name shop once", "shop is in cluster atlantis");
    }

    @Test
    void theSecretsOfAnotherClusterAreForTheOwnersEyesOnly() throws Exception {
        Path file = directory.resolve("secrets.yaml");
        Secrets secrets = Secrets.generate(new SecureRandom());
        secrets.write(file);
        LinkSecrets taken = LinkSecrets.read(file);
        assertThat(taken).isEqualTo(new LinkSecrets(secrets.peerSecret(), secrets.gatewayPassword()));
        assertThat(taken).hasToString("LinkSecrets");
        Path kept = directory.resolve("shops.yaml");
        taken.write(kept);
        assertThat(LinkSecrets.read(kept)).isEqualTo(taken);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)))
                .isEqualTo("rw-------");
        Files.setPosixFilePermissions(kept, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> LinkSecrets.read(kept)).hasMessageContaining("chmod 600");
    }

    @Test
    void secretsAreReadBackForTheOwnersEyesOnlyAndNeverPrinted() throws Exception {
        Secrets secrets = Secrets.generate(new SecureRandom());
        Path file = directory.resolve("secrets.yaml");
        secrets.write(file);
        assertThat(Secrets.read(file)).isEqualTo(secrets);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(secrets.peerSecret()).matches("[A-Za-z0-9_-]{32}").isNotEqualTo(secrets.postgresPassword());
        assertThat(secrets).hasToString("Secrets");
    }

    @Test
    void allMissingSecretsAreNamed() throws Exception {
        Path file = directory.resolve("secrets.yaml");
        Files.writeString(file, "peer_secret: x\n");
        assertThatThrownBy(() -> Secrets.read(file))
                .hasMessageContainingAll("postgres_password", "replication_password", "gateway_password");
    }

    @Test
    void aWriteThatFailsLeavesTheOldFile() throws Exception {
        Path file = directory.resolve("x.yaml");
        Files.writeString(file, "old");
        Files.createDirectories(directory.resolve(".x.yaml.new").resolve("not empty"));
        assertThatThrownBy(() -> AtomicFile.write(file, "new", AtomicFile.Access.PUBLIC))
                .hasMessageContaining("x.yaml");
        assertThat(file).hasContent("old");
    }

    @Test
    void thisProcessIsAliveAndItsIdWithAnotherStartIsNot() {
        ProcessIdentity self = ProcessIdentity.current();
        assertThat(self.isAlive()).isTrue();
        assertThat(new ProcessIdentity(self.pid(), self.startTicks() + 1).isAlive())
                .as("a stranger that was given the same id")
                .isFalse();
    }

    @Test
    void aPidFileIsReadBackAndRemovedByItsOwnerOnly() {
        PidFile file = new PidFile(directory.resolve("node1.pid"), "node1");
        file.writeCurrent();
        assertThat(file.read()).contains(ProcessIdentity.current());
        file.removeCurrent();
        assertThat(file.read()).isEmpty();
        file.write(new ProcessIdentity(1, 1));
        file.removeCurrent();
        assertThat(file.read()).contains(new ProcessIdentity(1, 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "17",
                "{\"pid\":17}",
                "{\"pid\":-1,\"start_ticks\":1,\"component\":\"node1\"}",
                "{\"pid\":1,\"start_ticks\":1,\"component\":\"node2\"}",
                "{\"pid\":99999999999999999999,\"start_ticks\":1,\"component\":\"node1\"}"
            })
    void aDamagedPidFileClaimsNothing(String content) throws Exception {
        Path file = directory.resolve("node1.pid");
        Files.writeString(file, content);
        assertThat(new PidFile(file, "node1").read()).isEmpty();
    }
}
