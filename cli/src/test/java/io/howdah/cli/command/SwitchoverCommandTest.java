package io.howdah.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.cli.fake.Cli;
import io.howdah.cli.fake.Cli.Result;
import io.howdah.cli.fake.Documents;
import io.howdah.cli.fake.FakeServer;
import io.howdah.cli.fake.FakeServer.Response;
import io.howdah.cli.text.ExitCode;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SwitchoverCommandTest {
    private static final String RESULT = "{\"from\":\"node1\",\"to\":\"node2\",\"term\":8,\"outage_ms\":180}";

    @TempDir
    private Path directory;

    private final FakeServer server = new FakeServer();
    private final AtomicBoolean moved = new AtomicBoolean();
    private Cli cli;

    @BeforeEach
    void prepare() {
        server.on(
                "GET /api/v1/status",
                request -> Response.ok(
                        moved.get()
                                ? Documents.STATUS.replace("\"leader\":\"node1\"", "\"leader\":\"node2\"")
                                : Documents.STATUS));
        server.on("POST /api/v1/operations", request -> {
            moved.set(true);
            return new Response(202, "{\"id\":\"op1\"}");
        });
        server.on("GET /api/v1/operations/op1", Documents.succeeded("switchover", RESULT));
        cli = new Cli(directory).withCluster().withAdmin(server);
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void printsWhatTheScriptNeeds() {
        Result result = cli.run("switchover", "--to", "node2", "--yes", "-o", "json");

        assertThat(result.exitCode()).as(result.err()).isEqualTo(ExitCode.OK);
        assertThat(result.out()).isEqualTo("""
                        {
                          "from": "node1",
                          "to": "node2",
                          "term": 8,
                          "outage_ms": 180
                        }
                        """);
        assertThat(server.requests())
                .anySatisfy(request ->
                        assertThat(request.body()).isEqualTo("{\"kind\":\"switchover\",\"target\":\"node2\"}"));
    }

    @Test
    void asksAPersonAndObeys() {
        assertThat(cli.run("switchover").exitCode()).isEqualTo(ExitCode.REFUSED);

        Result no = cli.typing("\n").run("switchover");
        assertThat(no.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(no.err()).contains("Move the leader from node1 to the best standby? [y/N]");
        assertThat(moved).isFalse();

        Result yes = cli.typing("yes\n").run("switchover");
        assertThat(yes.out()).isEqualTo("leader moved from node1 to node2, term 8; writes were held for 180 ms\n");
    }

    @Test
    void refusesTargetsThatMakeNoSense() {
        assertThat(cli.run("switchover", "--to", "node9", "--yes").exitCode()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(cli.run("switchover", "--to", "node1", "--yes").exitCode()).isEqualTo(ExitCode.CONFLICT);
        assertThat(moved).isFalse();
    }

    @Test
    void aDryRunShowsEachNodeAndMovesNothing() {
        String forecast = """
                {"from":"node1","to":"node2","possible":true,"estimated_outage_ms":410,"obstacle":"","candidates":[
                {"node":"node1","may_lead":false,"why":"is the leader"},
                {"node":"node2","may_lead":true,"why":""},
                {"node":"node3","may_lead":false,"why":"has its replay paused"}]}""";
        server.on("POST /api/v1/operations", request -> new Response(202, "{\"id\":\"op1\"}"));
        server.on("GET /api/v1/operations/op1", Documents.succeeded("switchover", forecast));

        Result result = cli.run("switchover", "--dry-run");

        assertThat(result.exitCode()).as(result.err()).isEqualTo(ExitCode.OK);
        assertThat(result.out())
                .containsIgnoringWhitespaces("node3 no has its replay paused")
                .contains("node2 would take over from node1; writes would be held for about 410 ms");
        assertThat(server.requests())
                .anySatisfy(request -> assertThat(request.body())
                        .isEqualTo("{\"kind\":\"switchover\",\"target\":null,\"dry_run\":true}"));

        server.on(
                "GET /api/v1/operations/op1",
                Documents.succeeded("switchover", forecast.replace("\"possible\":true", "\"possible\":false")));
        assertThat(cli.run("switchover", "--dry-run", "--to", "node3").exitCode())
                .isEqualTo(ExitCode.CONFLICT);
    }

    @Test
    void passesOnAConflict() {
        server.on(
                "POST /api/v1/operations",
                request -> new Response(
                        409, "{\"title\":\"node3 is still cloning\",\"detail\":\"\",\"hint\":\"wait for it\"}"));

        Result result = cli.run("switchover", "--to", "node3", "--yes");

        assertThat(result.exitCode()).isEqualTo(ExitCode.CONFLICT);
        assertThat(result.err()).isEqualTo("error: node3 is still cloning\ntry:   wait for it\n");
    }

    @Test
    void doesNotBelieveAnAnswerThatStatusContradicts() {
        server.on("POST /api/v1/operations", "{\"id\":\"op1\"}");

        Result result = cli.run("switchover", "--yes");

        assertThat(result.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(result.err()).contains("the leader is not node2");
        assertThat(result.out()).isEmpty();
    }

    @Test
    void needsAdmin() {
        Result result = new Cli(directory)
                .withAdminFile("{\"url\":\"http://127.0.0.1:1\",\"pid\":0}")
                .run("switchover");

        assertThat(result.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(result.err()).contains("the cluster itself may be well", "try:   ./howdah up");
    }
}
