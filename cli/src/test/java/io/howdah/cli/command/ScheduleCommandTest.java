package io.howdah.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.howdah.cli.fake.Cli;
import io.howdah.cli.fake.Cli.Result;
import io.howdah.cli.fake.Documents;
import io.howdah.cli.fake.FakeServer;
import io.howdah.cli.fake.FakeServer.Response;
import io.howdah.cli.text.ExitCode;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.TypeConversionException;

final class ScheduleCommandTest {
    private static final String ENTRY = """
            {"id":"s1-0a1","at":"2026-11-22T03:00:00Z","made":"2026-11-21T12:00:00Z","state":"pending",
            "operation":{"kind":"switchover","target":"node2"},"operation_id":null,"words":""}""";
    private static final InstantSource NOON = () -> Instant.parse("2026-11-21T12:00:00Z");

    @TempDir
    private Path directory;

    private final FakeServer server = new FakeServer();
    private Cli cli;

    @BeforeEach
    void prepare() {
        server.on("GET /api/v1/status", Documents.STATUS);
        server.on("POST /api/v1/schedules", request -> new Response(201, ENTRY));
        server.on("GET /api/v1/schedules", "{\"schedules\":[%s]}".formatted(ENTRY));
        server.on("DELETE /api/v1/schedules/s1-0a1", ENTRY);
        cli = new Cli(directory).withCluster().withAdmin(server);
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void aSwitchoverIsAskedForLaterWithoutAQuestion() {
        Result result = cli.run("switchover", "--to", "node2", "--at", "2026-11-22T03:00Z");

        assertThat(result.exitCode()).as(result.err()).isEqualTo(ExitCode.OK);
        assertThat(result.out())
                .isEqualTo("scheduled for 2026-11-22T03:00:00Z as s1-0a1: switchover to node2; "
                        + "'./howdah schedule cancel s1-0a1' takes it back\n");
        assertThat(server.requests())
                .anySatisfy(request -> assertThat(request.body())
                        .isEqualTo("{\"at\":\"2026-11-22T03:00:00Z\",\"operation\":"
                                + "{\"kind\":\"switchover\",\"target\":\"node2\"}}"));
    }

    @Test
    void aRestartToo() {
        cli.run("node", "restart", "--all", "--rolling", "--at", "+10m");

        assertThat(server.requests())
                .anySatisfy(
                        request -> assertThat(request.body()).contains("{\"kind\":\"node-restart\",\"node\":\"\"}"));
    }

    @Test
    void whatIsScheduledIsListedAndTakenBack() {
        assertThat(cli.run("schedule", "list").out())
                .containsIgnoringWhitespaces("s1-0a1 2026-11-22T03:00:00Z switchover to node2 pending");
        assertThat(cli.run("schedule", "cancel", "s1-0a1").out())
                .isEqualTo("canceled: switchover to node2 at 2026-11-22T03:00:00Z\n");
    }

    @Test
    void timesAreReadAsPeopleWriteThem() {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        assertThat(AtOption.parse("+1h30m", berlin).seenFrom(NOON)).isEqualTo("2026-11-21T13:30:00Z");
        assertThat(AtOption.parse("2026-11-22T03:00Z", berlin).seenFrom(NOON)).isEqualTo("2026-11-22T03:00:00Z");
        assertThat(AtOption.parse("2026-11-22T03:00+02:00", berlin).seenFrom(NOON))
                .isEqualTo("2026-11-22T01:00:00Z");
        assertThat(AtOption.parse("2026-11-22T03:00", berlin).seenFrom(NOON)).isEqualTo("2026-11-22T02:00:00Z");
        assertThatThrownBy(() -> AtOption.parse("tonight", berlin))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'tonight' is not a time");
        assertThat(cli.run("switchover", "--at", "tonight").exitCode()).isEqualTo(ExitCode.USAGE);
    }
}
