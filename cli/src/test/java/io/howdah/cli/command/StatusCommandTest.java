package io.howdah.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.cli.api.Json;
import io.howdah.cli.api.JsonReader;
import io.howdah.cli.api.JsonWriter;
import io.howdah.cli.fake.Cli;
import io.howdah.cli.fake.Cli.Result;
import io.howdah.cli.fake.Documents;
import io.howdah.cli.fake.FakeServer;
import io.howdah.cli.fake.FakeServer.Response;
import io.howdah.cli.text.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StatusCommandTest {
    @TempDir
    private Path directory;

    private final FakeServer server = new FakeServer();
    private Cli cli;

    @BeforeEach
    void prepare() {
        cli = new Cli(directory).withCluster();
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void printsTheDocumentExactly() {
        server.on("GET /api/v1/status", Documents.STATUS);

        Result result = cli.withAdmin(server).run("status", "-o", "json");

        assertThat(result.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(result.err()).isEmpty();
        assertThat(JsonWriter.compact(JsonReader.read(result.out()))).isEqualTo(Documents.STATUS);
        assertThat(server.requests().getLast().authorization()).isEqualTo("Bearer the-token");
    }

    @Test
    void saysWhoCarriesAVirtualAddress() {
        String held = "{\"address\":\"10.0.0.100/24\",\"interface\":\"eth0\",\"cell\":null,\"holder\":\"gateway1\"}";
        String lost = held.replace("\"gateway1\"", "null").replace("100", "101");
        server.on(
                "GET /api/v1/status",
                Documents.STATUS.replace(
                        "\"virtual_addresses\":[]", "\"virtual_addresses\":[" + held + "," + lost + "]"));

        assertThat(cli.withAdmin(server).run("status").out())
                .contains(
                        "virtual address 10.0.0.100/24 on eth0: carried by gateway1",
                        "virtual address 10.0.0.101/24 on eth0: carried by nobody");
    }

    @Test
    void printsATableForPeople() {
        server.on("GET /api/v1/status", Documents.STATUS);

        assertThat(cli.withAdmin(server).run("status").out()).isEqualTo("""
                        cluster local: leader node1, term 7, failover ready

                        NODE   CELL   ROLE     STATE      TL        LSN     LAG  PORT  PID  NOTE
                        node1  zone1  leader   serving     7  0/5000148       -  5441  101
                        node2  zone2  standby  streaming   7  0/5000148  1.5 kB  5442  102
                        node3  zone3  standby  cloning     -          -       -  5443  103  no vote; 12 of 38 MB

                        GATEWAY   CELL   HOST       AUTO  READ-WRITE  READ-ONLY  PID
                        gateway1  zone1  127.0.0.1  6432        6433       6434  301

                        Problems:
                          node3: größer
                        """);
    }

    @Test
    void colorsOnlyATerminal() {
        server.on("GET /api/v1/status", Documents.STATUS);
        cli.withAdmin(server);

        assertThat(cli.run("status").out()).doesNotContain("\u001b");
        assertThat(cli.run("status", "--color", "always").out()).doesNotContain("\u001b[31merror");
        assertThat(cli.colored().run("status").out()).contains("\u001b[1mnode1\u001b[0m");
        assertThat(cli.run("status", "--color", "never").out()).doesNotContain("\u001b");
    }

    @Test
    void reportsProblemsByExitCodeOnRequest() {
        server.on("GET /api/v1/status", Documents.STATUS);
        cli.withAdmin(server);

        assertThat(cli.run("status", "--exit-code").exitCode()).isEqualTo(ExitCode.DEGRADED);
        server.on("GET /api/v1/status", Documents.STATUS.replace("\"node3: größer\"", ""));
        assertThat(cli.run("status", "--exit-code").exitCode()).isEqualTo(ExitCode.OK);
    }

    @Test
    void asksTheNodesWhenAdminIsDead() {
        try (FakeServer leader = new FakeServer();
                FakeServer standby = new FakeServer()) {
            leader.on("GET /v1/status", Documents.node("node1", "primary", true, leader.port()));
            standby.on("GET /v1/status", Documents.node("node2", "standby", false, standby.port()));
            cli.withCluster(leader.port(), standby.port(), closedPort());
            server.on("GET /api/v1/status", Documents.STATUS);

            Result result = cli.run("status", "-o", "json");

            Json.Fields document = JsonReader.readFields(result.out());
            assertThat(result.exitCode()).isEqualTo(ExitCode.OK);
            assertThat(result.err()).contains("admin does not run", "./howdah up");
            assertThat(leader.requests().getFirst().authorization()).isEqualTo("Bearer peer-secret");
            assertThat(document.shown("leader")).isEqualTo("node1");
            assertThat(document.number("term")).isEqualTo(7);
            assertThat(document.texts("problems"))
                    .anySatisfy(problem -> assertThat(problem).contains("admin does not run"))
                    .anySatisfy(problem -> assertThat(problem).contains("node3 does not answer"))
                    .anySatisfy(problem -> assertThat(problem).contains("gateway1 does not run"));
            Json.Fields fromAdmin = JsonReader.readFields(Documents.STATUS);
            assertThat(fromAdmin.members().keySet())
                    .containsAll(document.members().keySet());
            assertThat(document.list("nodes"))
                    .hasSize(3)
                    .allSatisfy(node -> assertThat(node.members().keySet())
                            .containsExactlyElementsOf(
                                    fromAdmin.list("nodes").getFirst().members().keySet()));
            assertThat(document.list("nodes").get(2).shown("state")).isEqualTo("unreachable");
            assertThat(document.list("gateways").getFirst().members().keySet())
                    .containsExactlyElementsOf(
                            fromAdmin.list("gateways").getFirst().members().keySet());
            assertThat(document.truth("failover")).isFalse();
        }
    }

    @Test
    void asksTheNodesWhoCarriesAnAddressWhenAdminIsDead() throws IOException {
        try (FakeServer leader = new FakeServer();
                FakeServer standby = new FakeServer()) {
            String granting = "\"address_grants\":\"10.0.0.100/24=gateway2 10.0.0.101/24=gateway1\",\"pid\"";
            leader.on(
                    "GET /v1/status",
                    Documents.node("node1", "primary", true, leader.port()).replace("\"pid\"", granting));
            standby.on(
                    "GET /v1/status",
                    Documents.node("node2", "standby", false, standby.port())
                            .replace("\"pid\"", granting.replace("gateway1", "gateway3")));
            cli.withCluster(leader.port(), standby.port(), closedPort());
            Files.writeString(cli.cluster().resolve("howdah.yaml"), """
                    virtual_addresses:
                      - {address: 10.0.0.100/24, interface: eth0}
                      - {address: 10.0.0.101/24, interface: eth1, cell: zone1}
                    """, StandardOpenOption.APPEND);

            assertThat(cli.run("status").out())
                    .contains(
                            "virtual address 10.0.0.100/24 on eth0: carried by gateway2",
                            "virtual address 10.0.0.101/24 on eth1: carried by nobody",
                            "no gateway carries the virtual address 10.0.0.101/24");
        }
    }

    @Test
    void asksTheGatewaysWhatIsWrongWithTheirFilesWhenAdminIsDead() throws IOException {
        try (FakeServer gateway = new FakeServer()) {
            gateway.on("GET /v1/status", "{\"gateway\":\"gateway1\",\"problem\":\"line 3: pooling is not a group\"}");
            cli.withCluster(closedPort(), closedPort(), closedPort());
            Path file = cli.cluster().resolve("howdah.yaml");
            Files.writeString(
                    file,
                    Files.readString(file)
                            .replace("read_only: 6434}", "read_only: 6434, http: " + gateway.port() + "}"));

            assertThat(cli.run("status").out()).contains("gateway1: line 3: pooling is not a group");
            assertThat(gateway.requests().getFirst().authorization()).isEqualTo("Bearer peer-secret");
        }
    }

    @Test
    void saysWhenNothingRuns() {
        cli.withCluster(closedPort(), closedPort(), closedPort());

        Result result = cli.run("status");

        assertThat(result.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(result.err()).contains("nothing of this cluster runs");
        assertThat(result.out()).contains("no leader", "unreachable");
    }

    @Test
    void doesNotTrustAStrangerWithTheSamePid() {
        server.on("GET /api/v1/status", Documents.STATUS);
        server.on("GET /api/v1/live", "{}");
        cli.withAdminFile("{\"url\":\"%s\",\"pid\":%d,\"start_ticks\":1}"
                .formatted(server.uri(), ProcessHandle.current().pid()));

        cli.run("status");

        assertThat(server.requests()).isEmpty();
    }

    @Test
    void namesTheLineOfABrokenConfiguration() throws IOException {
        Files.writeString(cli.cluster().resolve("howdah.yaml"), "name: local\nnodes: [1, 2\nid: x: y\n");

        Result result = cli.run("status");

        assertThat(result.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(result.err()).contains("howdah.yaml is not valid", "line 3").doesNotContain("at io.howdah");
    }

    @Test
    void namesTheKeyThatIsMissing() throws IOException {
        Files.writeString(cli.cluster().resolve("howdah.yaml"), Cli.CONFIGURATION.formatted(1, 1, 99_999));

        assertThat(cli.run("status").err()).contains("'api_port' must be a port between 1 and 65535, not 99999");
    }

    @Test
    void translatesRefusalsOfTheServer() {
        cli.withAdmin(server);
        server.on(
                "GET /api/v1/status",
                request -> new Response(
                        401,
                        "{\"title\":\"the token is wrong\",\"detail\":\"it was replaced\",\"hint\":\"read it again\"}"));

        Result result = cli.run("status");

        assertThat(result.exitCode()).isEqualTo(ExitCode.DENIED);
        assertThat(result.err()).isEqualTo("error: the token is wrong\ncause: it was replaced\ntry:   read it again\n");
        server.on("GET /api/v1/status", request -> new Response(500, "<html>"));
        assertThat(cli.run("status").err()).contains("GET /api/v1/status gave 500");
        server.on("GET /api/v1/status", "{\"cluster\":");
        assertThat(cli.run("status").err()).contains("gave a strange answer").doesNotContain("\tat ");
        assertThat(cli.run("status", "-vv").err()).contains("\tat io.howdah.cli");
    }

    @Test
    void saysThatThereIsNoCluster() {
        Result result = new Cli(directory.resolve("other")).run("status");

        assertThat(result.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(result.err()).contains("there is no cluster in", "try:   ./howdah up");
    }

    /** A port that nobody listens on: it was ours a moment ago. */
    private static int closedPort() {
        try (FakeServer gone = new FakeServer()) {
            return gone.port();
        }
    }
}
