package io.howdah.server.provision;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.kernel.model.ClusterId;
import io.howdah.server.configuration.ClusterConfiguration;
import io.howdah.server.configuration.ClusterDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PreflightTest {
    private static final ClusterConfiguration CLUSTER =
            ClusterShape.create(ClusterRequest.DEFAULT, new ClusterId("0123456789abcdef"), 7654);

    @TempDir
    private Path temporary;

    private ClusterDirectory directory = new ClusterDirectory(Path.of("."));
    private Preflight preflight = new Preflight(directory);

    @BeforeEach
    void openDirectory() {
        directory = new ClusterDirectory(temporary.resolve("cluster"));
        preflight = new Preflight(directory);
    }

    @Test
    void aDirectoryThatDoesNotExistYetIsFine() {
        assertThat(preflight.checkDirectory()).isEmpty();
        assertThat(preflight.checkWholeness(false)).isEmpty();
        assertThat(preflight.checkSpace(3)).isEmpty();
    }

    @Test
    void aFileInThePlaceOfTheDirectoryIsTold() throws Exception {
        Files.writeString(directory.root(), "not a directory");
        assertThat(preflight.checkDirectory())
                .singleElement()
                .satisfies(problem -> assertThat(problem.what()).endsWith("is not a directory"));
    }

    @Test
    void dataWithoutConfigurationAndSecretsIsHalfDeleted() throws Exception {
        Files.createDirectories(directory.postgresData("node1"));
        assertThat(preflight.checkWholeness(false))
                .extracting(Problem::what)
                .satisfiesExactly(
                        problem -> assertThat(problem).contains("data of node1 is there, but howdah.yaml is missing"),
                        problem -> assertThat(problem).contains("secrets.yaml is missing"));
        Files.writeString(directory.secrets(), "x: y");
        assertThat(preflight.checkWholeness(true)).isEmpty();
    }

    @Test
    void anEmptyDirectoryOfANodeIsNoData() throws Exception {
        Files.createDirectories(directory.data("node1"));
        assertThat(preflight.checkWholeness(false)).isEmpty();
    }

    @Test
    void aLinkToDataThatIsGoneIsTold() throws Exception {
        Files.createDirectories(directory.root());
        Files.createSymbolicLink(directory.data(), temporary.resolve("gone"));
        assertThat(preflight.checkWholeness(true))
                .singleElement()
                .satisfies(problem -> assertThat(problem.what()).contains("points to a directory that is gone"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "checksum=00\ncluster=fedcba9876543210\nnode=node2\n",
                "{\"cluster\": \"fedcba9876543210\", \"node\": \"node2\"}"
            })
    void aNodeOfAnotherClusterIsTold(String promise) throws Exception {
        Files.createDirectories(directory.data("node2"));
        Files.writeString(directory.data("node2").resolve("promise.json"), promise);
        assertThat(preflight.checkOwnership(CLUSTER))
                .singleElement()
                .satisfies(problem ->
                        assertThat(problem.what()).contains("data/node2 belongs to the cluster fedcba9876543210"));
        Files.writeString(
                directory.data("node2").resolve("promise.json"),
                promise.replace("fedcba9876543210", CLUSTER.id().value()));
        assertThat(preflight.checkOwnership(CLUSTER)).isEmpty();
    }

    @Test
    void aLongPathHasNoRoomForSockets() {
        assertThat(new Preflight(new ClusterDirectory(Path.of("/tmp/howdah_local"))).socketPathFits())
                .isTrue();
        assertThat(new Preflight(new ClusterDirectory(Path.of("/tmp/" + "long/".repeat(20)))).socketPathFits())
                .isFalse();
    }

    @Test
    void moreNodesThanTheDiskHoldsAreRefused() {
        assertThat(preflight.checkSpace(1_000_000_000))
                .singleElement()
                .satisfies(problem -> assertThat(problem.what()).contains("MiB left", "MiB are needed"));
    }
}
