package io.howdah.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.cli.fake.Cli;
import io.howdah.cli.fake.Cli.Result;
import io.howdah.cli.fake.Documents;
import io.howdah.cli.fake.FakeServer;
import io.howdah.cli.fake.FakeServer.Response;
import io.howdah.cli.text.ExitCode;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands about other clusters and their databases ask admin, and what they print. */
final class DatabaseCommandTest {
    @TempDir
    private Path directory;

    private final FakeServer server = new FakeServer();
    private Cli cli;

    @BeforeEach
    void prepare() {
        server.on("POST /api/v1/operations", request -> new Response(202, "{\"id\":\"op1\"}"));
        cli = new Cli(directory).withCluster().withAdmin(server);
    }

    @AfterEach
    void close() {
        server.close();
    }

    private void asked(String body) {
        assertThat(server.requests())
                .anySatisfy(request -> assertThat(request.body()).isEqualTo(body));
    }

    @Test
    void aDatabaseIsRoutedToAClusterOrToAnotherNameThere() {
        server.on(
                "GET /api/v1/operations/op1",
                Documents.succeeded(
                        "database-route",
                        "{\"database\":\"shop\",\"cluster\":\"shops\",\"name_there\":\"shop_v2\",\"paused_ms\":12}"));

        Result result = cli.run("database", "route", "shop", "--to", "shops/shop_v2");

        assertThat(result.exitCode()).as(result.err()).isEqualTo(ExitCode.OK);
        assertThat(result.out())
                .isEqualTo(
                        "shop is in cluster shops under the name shop_v2; its clients were held for at most 12 ms\n");
        asked("{\"kind\":\"database-route\",\"database\":\"shop\",\"cluster\":\"shops\",\"name_there\":\"shop_v2\"}");
        cli.run("database", "route", "shop", "--to", "shops");
        asked("{\"kind\":\"database-route\",\"database\":\"shop\",\"cluster\":\"shops\",\"name_there\":\"shop\"}");
    }

    @Test
    void aClusterIsAddedByAbsolutePathsAndWithoutASecretInTheRequest() {
        server.on(
                "GET /api/v1/operations/op1",
                Documents.succeeded("cluster-add", "{\"cluster\":\"shops\",\"cluster_id\":\"fedcba9876543210\"}"));

        Result result = cli.run("cluster", "add", "shops", "--from", "/srv/../srv/shops");

        assertThat(result.exitCode()).as(result.err()).isEqualTo(ExitCode.OK);
        assertThat(result.out()).contains("added shops", "database route NAME --to shops");
        asked("{\"kind\":\"cluster-add\",\"name\":\"shops\",\"from\":\"/srv/shops\",\"secrets\":null}");
        assertThat(cli.run("cluster", "add", "shops").exitCode()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void listsShowWhatIsElsewhere() {
        server.on("GET /api/v1/databases", "{\"cluster\":\"local\",\"databases\":[]}");
        assertThat(cli.run("database", "list").out()).isEqualTo("every database is in cluster local\n");
        server.on(
                "GET /api/v1/databases",
                "{\"cluster\":\"local\",\"databases\":[{\"name\":\"shop\",\"cluster\":\"shops\",\"name_there\":\"shop_v2\"}]}");
        assertThat(cli.run("database", "list").out())
                .containsIgnoringWhitespaces("DATABASE CLUSTER NAME THERE shop shops shop_v2");
        server.on(
                "GET /api/v1/clusters",
                "{\"clusters\":[{\"name\":\"shops\",\"id\":\"fedcba9876543210\",\"own\":false,\"nodes\":[\"node1=127.0.0.1:5451\"]}]}");
        assertThat(cli.run("cluster", "list").out())
                .containsIgnoringWhitespaces("shops fedcba9876543210 added node1=127.0.0.1:5451");
    }
}
