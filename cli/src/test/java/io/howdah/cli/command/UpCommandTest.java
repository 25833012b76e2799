package io.howdah.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.cli.api.JsonReader;
import io.howdah.cli.api.JsonWriter;
import io.howdah.cli.fake.Cli;
import io.howdah.cli.fake.Cli.Result;
import io.howdah.cli.fake.Documents;
import io.howdah.cli.fake.FakeAdminMain;
import io.howdah.cli.fake.FakeServer;
import io.howdah.cli.fake.FakeServer.Request;
import io.howdah.cli.fake.FakeServer.Response;
import io.howdah.cli.local.ClusterDirectory;
import io.howdah.cli.local.DirectoryLock;
import io.howdah.cli.local.ProcessIdentity;
import io.howdah.cli.text.ExitCode;
import io.howdah.cli.text.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UpCommandTest {
    @TempDir
    private Path directory;

    private final FakeServer server = new FakeServer();
    private Cli cli;

    @BeforeEach
    void prepare() {
        cli = new Cli(directory);
        server.on("POST /api/v1/operations", request -> new Response(202, "{\"id\":\"op1\"}"));
        server.on("GET /api/v1/operations/op1", Documents.succeeded("up", Documents.STATUS));
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void startsAdminDetachedAndDownStopsIt() throws IOException {
        cli.server(FakeAdminMain.class);

        Result up = cli.run("up");

        assertThat(up.exitCode()).as(up.err()).isEqualTo(ExitCode.OK);
        assertThat(up.err()).contains("admin: starts", "node2: clones from node1: 12 of 38 MB");
        assertThat(up.out())
                .startsWith("cluster local: leader node1, term 7, failover ready\n")
                .contains("6432", "./howdah psql", "postgresql://postgres@127.0.0.1:6432/postgres", "./howdah down");
        long pid = JsonReader.readFields(Files.readString(cli.cluster().resolve("run/admin.json")))
                .number("pid");
        assertThat(ProcessIdentity.of(pid)).isPresent();
        assertThat(cli.cluster().resolve("logs/admin.log")).content().contains("fake admin starts");

        Result again = cli.run("up");
        assertThat(again.out()).isEqualTo(up.out());
        assertThat(again.err()).doesNotContain("admin: starts");

        Result down = cli.run("down");
        assertThat(down.exitCode()).as(down.err()).isEqualTo(ExitCode.OK);
        assertThat(down.out()).contains("the data is kept in");
        assertThat(ProcessIdentity.of(pid)).isEmpty();
    }

    @Test
    void showsTheLogOfAnAdminThatDoesNotStart() throws IOException {
        Files.createDirectories(cli.cluster());
        Files.writeString(cli.cluster().resolve("refuse-to-start"), "");

        Result result = cli.server(FakeAdminMain.class).run("up");

        assertThat(result.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .contains(
                        "error: the admin process did not start",
                        "cause: it ended with exit code 3",
                        "  | ERROR the disk is made of cheese",
                        "try:   look into " + cli.cluster().resolve("logs/admin.log"));
    }

    @Test
    void asksForTheDefaultCluster() {
        Result result = cli.withCluster().withAdmin(server).run("up", "-o", "json");

        assertThat(result.exitCode()).as(result.err()).isEqualTo(ExitCode.OK);
        assertThat(JsonWriter.compact(JsonReader.read(result.out()))).isEqualTo(Documents.STATUS);
        assertThat(operation().body())
                .isEqualTo("{\"kind\":\"up\",\"nodes\":null,\"cells\":[\"zone1\",\"zone2\",\"zone3\"],"
                        + "\"postgres_binaries\":null,\"standby_of\":null,\"secrets_from\":null}");
    }

    @Test
    void asksForWhatWasWished() {
        cli.withAdmin(server).run("up", "--nodes", "5", "--cells", "east,west", "--pg-bin", "pg/bin", "-o", "json");

        assertThat(operation().body())
                .isEqualTo(("{\"kind\":\"up\",\"nodes\":5,\"cells\":[\"east\",\"west\"],\"postgres_binaries\":\"%s\","
                                + "\"standby_of\":null,\"secrets_from\":null}")
                        .formatted(directory.resolve("pg/bin")));
    }

    @Test
    void givesASingleNodeOneCell() {
        cli.withAdmin(server).run("up", "--nodes", "1", "-o", "json");

        assertThat(operation().body()).contains("\"nodes\":1,\"cells\":[\"zone1\"]");
    }

    @Test
    void saysThatOneNodeHasNoFailover() {
        String one = """
                {"cluster":"local","term":1,"leader":"node1","problems":[],"nodes":[{"id":"node1"}],"gateways":[],"failover":false}""";
        server.on("GET /api/v1/operations/op1", Documents.succeeded("up", one));

        assertThat(cli.withCluster().withAdmin(server).run("up").out())
                .contains("one node: no failover")
                .doesNotContain("switchover");
    }

    @Test
    void refusesAnEvenNumberBeforeTouchingAnything() {
        Result result = cli.run("up", "--nodes", "2");

        assertThat(result.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("--nodes 2 is not possible", "try:   ./howdah up --nodes 3");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void refusesMoreCellsThanNodes() {
        Result result = cli.run("up", "--nodes", "1", "--cells", "a,b");

        assertThat(result.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("2 cells for 1 node");
    }

    @Test
    void growsAClusterAndRefusesToShrinkIt() {
        Result grown = cli.withCluster().withAdmin(server).run("up", "--nodes", "5");
        assertThat(grown.exitCode()).as(grown.err()).isEqualTo(ExitCode.OK);
        assertThat(operation().body()).contains("\"nodes\":5");

        Result result = cli.run("up", "--nodes", "1");

        assertThat(result.exitCode()).isEqualTo(ExitCode.CONFLICT);
        assertThat(result.err()).contains("has 3 nodes", "./howdah node remove node3");
    }

    @Test
    void passesOnWhyTheOperationFailed() {
        server.on("GET /api/v1/operations/op1", Documents.failed("up"));

        Result result = cli.withCluster().withAdmin(server).run("up");

        assertThat(result.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(result.err()).endsWith("""
                        error: node2 did not start
                        cause: its port 5442 is used by postgres (pid 77)
                          | line a
                          | line b
                        try:   stop that program
                        """);
    }

    @Test
    void stopsWaitingButNotTheOperation() {
        server.on("GET /api/v1/operations/op1", "{\"id\":\"op1\",\"kind\":\"up\",\"state\":\"running\",\"events\":[]}");

        Result result = cli.withCluster().withAdmin(server).run("up", "--wait", "100ms");

        assertThat(result.exitCode()).isEqualTo(ExitCode.TIMEOUT);
        assertThat(result.err()).contains("'up' did not end within 100 ms", "goes on in the background", "logs -f");
    }

    @Test
    void asksOnlyForNewEvents() {
        server.on(
                "GET /api/v1/operations/op1",
                request -> request.query().startsWith("after=2&")
                        ? Response.ok(Documents.succeeded("up", Documents.STATUS))
                        : Response.ok(Documents.succeeded("up", "{}").replace("succeeded", "running")));

        Result result = cli.withCluster().withAdmin(server).run("up");

        assertThat(result.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(result.err().lines().filter(line -> line.contains("clones"))).hasSize(1);
    }

    @Test
    void saysWhoHoldsTheDirectory() {
        cli.withCluster().withAdmin(server);
        Terminal nowhere = new Terminal(
                new PrintStream(OutputStream.nullOutputStream()),
                new PrintStream(OutputStream.nullOutputStream()),
                Reader.nullReader(),
                new Terminal.Features(false, false, false, 80, false));
        try (DirectoryLock _ = DirectoryLock.take(
                new ClusterDirectory(cli.cluster()), "howdah up", Duration.ZERO, InstantSource.system(), nowhere)) {
            Result result = cli.run("up", "--wait", "200ms");

            assertThat(result.exitCode()).isEqualTo(ExitCode.CONFLICT);
            assertThat(result.err())
                    .contains(
                            "`howdah up` (pid %d, since "
                                    .formatted(ProcessHandle.current().pid()),
                            "waiting for it to end",
                            "error: another command works on " + cli.cluster());
            assertThat(server.requests()).isEmpty();
        }
        assertThat(cli.run("up").exitCode()).isEqualTo(ExitCode.OK);
    }

    @Test
    void saysWhyTheDirectoryCannotBeMade() throws IOException {
        Files.writeString(cli.cluster(), "a file in the way");

        Result result = cli.run("up");

        assertThat(result.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(result.err()).contains("cannot create the directory", "--dir");
    }

    @Test
    void redrawsItsProgressOnATerminal() {
        Result result = cli.withCluster().withAdmin(server).colored().run("up");

        assertThat(result.err()).contains("node1  starts", "\u001b[1A", "node2  clones from node1: 12 of 38 MB");
    }

    private Request operation() {
        return server.requests().stream()
                .filter(request -> request.method().equals("POST"))
                .findFirst()
                .orElseThrow();
    }
}
