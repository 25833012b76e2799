package io.howdah.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.howdah.server.configuration.ClusterConfiguration;
import io.howdah.server.http.HttpAnswer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Operations that begin at a time of their own; time passes at the test's word. */
final class ScheduleTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Instant NIGHT = Instant.parse("2026-11-22T03:00:00Z");
    private static final String DONE = "{\"from\":\"node1\",\"to\":\"node2\",\"term\":8,\"outage_ms\":120}";

    /** A clock that stands still until it is moved. */
    private static final class MovableClock extends Clock {
        private volatile Instant now = NOW;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    @TempDir
    private Path temporary;

    @SuppressWarnings("NullAway.Init") // set before each test
    private AdminFixture fixture;

    @SuppressWarnings("NullAway.Init") // set before each test
    private FakeNode leader;

    private final MovableClock clock = new MovableClock();
    private final AtomicInteger switchovers = new AtomicInteger();

    @BeforeEach
    void configure() throws Exception {
        fixture = new AdminFixture(temporary);
        fixture.clock = clock;
        ClusterConfiguration cluster = fixture.configure(3);
        FakeNode second = fixture.node(cluster, 2).follows("node1", 7);
        fixture.node(cluster, 3).follows("node1", 7);
        leader = fixture.node(cluster, 1).leads(7).answersSwitchover("200 OK", DONE, () -> {
            switchovers.incrementAndGet();
            second.leads(8);
        });
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    @Test
    void aSwitchoverBeginsAtItsTimeAndOnce() throws Exception {
        AdminProcess admin = fixture.admin();
        String id = schedule(admin, NIGHT);
        assertThat(entry(admin).path("state").asString("")).isEqualTo("pending");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(fixture.directory.schedules())))
                .isEqualTo("rw-------");

        clock.now = NIGHT.minusMillis(1);
        await().during(Duration.ofMillis(600)).until(() -> switchovers.get() == 0);
        clock.now = NIGHT;
        await().until(() -> entry(admin).path("state").asString("").equals("done"));

        assertThat(entry(admin).path("id").asString("")).isEqualTo(id);
        JsonNode operation = Json.readObject(fixture.get(
                        admin,
                        "/api/v1/operations/"
                                + entry(admin).path("operation_id").asString(""))
                .body());
        assertThat(operation.path("result").path("to").asString("")).isEqualTo("node2");
        assertThat(operation.path("events").toString()).contains(id + ", asked for at 2026-11-21T12:00:00Z, begins");
        clock.now = NIGHT.plusSeconds(60);
        await().during(Duration.ofMillis(600)).until(() -> switchovers.get() == 1);
        assertThat(cancel(admin, id).body()).contains("not_pending", "is done");
    }

    @Test
    void itOutlivesAdminAndIsBegunByTheNext() throws Exception {
        try (AdminProcess first = fixture.admin()) {
            schedule(first, NIGHT);
        }
        clock.now = NIGHT.plusSeconds(30);
        AdminProcess second = fixture.admin();
        await().until(() -> entry(second).path("state").asString("").equals("done"));
        assertThat(switchovers).hasValue(1);
    }

    @Test
    void whatWasMissedExpires() throws Exception {
        try (AdminProcess first = fixture.admin()) {
            schedule(first, NIGHT);
        }
        clock.now = NIGHT.plus(Scheduler.GRACE).plusSeconds(1);
        AdminProcess second = fixture.admin();
        await().until(() -> entry(second).path("state").asString("").equals("expired"));
        assertThat(entry(second).path("words").asString("")).contains("passed by more than 10 minutes");
        assertThat(switchovers).hasValue(0);
    }

    @Test
    void whatIsRefusedAtItsTimeSaysWhy() throws Exception {
        leader.answersSwitchover(
                "409 Conflict",
                "{\"title\":\"the switchover was refused\",\"detail\":\"node2 has its replay paused\",\"hint\":\"\"}",
                () -> {});
        AdminProcess admin = fixture.admin();
        schedule(admin, NIGHT);
        clock.now = NIGHT;
        await().until(() -> entry(admin).path("state").asString("").equals("failed"));
        assertThat(entry(admin).path("words").asString(""))
                .isEqualTo("the switchover was refused: node2 has its replay paused");
    }

    @Test
    void whatIsCanceledDoesNotBegin() throws Exception {
        AdminProcess admin = fixture.admin();
        String id = schedule(admin, NIGHT);
        assertThat(cancel(admin, id).status()).isEqualTo(200);
        clock.now = NIGHT;
        await().during(Duration.ofMillis(600)).until(() -> switchovers.get() == 0);
        assertThat(entry(admin).path("state").asString("")).isEqualTo("canceled");
        assertThat(cancel(admin, "s0").status()).isEqualTo(404);
    }

    @Test
    void nonsenseIsRefusedAtOnce() throws Exception {
        AdminProcess admin = fixture.admin();
        assertThat(post(admin, NOW, "{\"kind\":\"switchover\"}").body()).contains("time_has_passed");
        assertThat(post(admin, NOW.plus(Duration.ofDays(400)), "{\"kind\":\"switchover\"}")
                        .body())
                .contains("time_too_far");
        assertThat(post(admin, NIGHT, "{\"kind\":\"switchover\",\"target\":\"node9\"}")
                        .body())
                .contains("unknown_node");
        assertThat(post(admin, NIGHT, "{\"kind\":\"node-restart\",\"node\":\"node9\"}")
                        .body())
                .contains("unknown_node");
        assertThat(post(admin, NIGHT, "{\"kind\":\"down\"}").body()).contains("not_schedulable");
        assertThat(fixture.http
                        .post(fixture.endpoint(admin), "/api/v1/schedules", "{\"at\":\"tomorrow\"}", LONG)
                        .status())
                .isEqualTo(400);
        assertThat(list(admin).path("schedules")).isEmpty();
    }

    private String schedule(AdminProcess admin, Instant at) throws IOException {
        HttpAnswer answer = post(admin, at, "{\"kind\":\"switchover\",\"target\":\"node2\"}");
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return Json.readObject(answer.body()).path("id").asString("");
    }

    private HttpAnswer post(AdminProcess admin, Instant at, String operation) throws IOException {
        return fixture.http.post(
                fixture.endpoint(admin),
                "/api/v1/schedules",
                "{\"at\":\"%s\",\"operation\":%s}".formatted(at, operation),
                LONG);
    }

    private HttpAnswer cancel(AdminProcess admin, String id) throws Exception {
        var endpoint = fixture.endpoint(admin);
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(
                                    URI.create("http://127.0.0.1:%d/api/v1/schedules/%s".formatted(admin.port(), id)))
                            .header("Authorization", "Bearer " + endpoint.bearer())
                            .DELETE()
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return new HttpAnswer(answer.statusCode(), answer.body());
        }
    }

    private JsonNode list(AdminProcess admin) throws IOException {
        return Json.readObject(fixture.get(admin, "/api/v1/schedules").body());
    }

    private JsonNode entry(AdminProcess admin) throws IOException {
        return list(admin).path("schedules").path(0);
    }
}
