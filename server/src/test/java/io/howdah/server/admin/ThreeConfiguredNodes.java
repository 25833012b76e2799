package io.howdah.server.admin;

import io.howdah.server.configuration.ClusterConfiguration;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Where tests of admin begin: three nodes and a gateway are configured, none runs. */
abstract class ThreeConfiguredNodes {
    @TempDir
    Path temporary;

    @SuppressWarnings("NullAway.Init") // set before each test
    AdminFixture fixture;

    @SuppressWarnings("NullAway.Init") // set before each test
    ClusterConfiguration cluster;

    @BeforeEach
    void configure() throws Exception {
        fixture = new AdminFixture(temporary);
        cluster = fixture.configure(3);
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }
}
