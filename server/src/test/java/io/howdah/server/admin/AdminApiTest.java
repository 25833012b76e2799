package io.howdah.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.server.http.Endpoint;
import io.howdah.server.http.HttpAnswer;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** The door and the manners of the Admin API. */
final class AdminApiTest {
    @TempDir
    private Path temporary;

    @SuppressWarnings("NullAway.Init") // set before each test
    private AdminFixture fixture;

    @SuppressWarnings("NullAway.Init") // set before each test
    private AdminProcess admin;

    @BeforeEach
    void start() throws Exception {
        fixture = new AdminFixture(temporary);
        admin = fixture.admin();
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    @Test
    void liveNeedsNoToken() {
        HttpAnswer answer =
                fixture.http.get(new Endpoint("127.0.0.1", admin.port(), ""), "/api/v1/live", Duration.ofSeconds(5));
        assertThat(answer).isEqualTo(new HttpAnswer(200, "{\"live\":true}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/api/v1/status", "/api/v1/nodes", "/api/v1/operations", "/api/v1/clusters/local", "/x", "/"})
    void everythingElseNeedsIt(String path) {
        for (String token : new String[] {"", "wrong", "Bearer"}) {
            HttpAnswer answer =
                    fixture.http.get(new Endpoint("127.0.0.1", admin.port(), token), path, Duration.ofSeconds(5));
            assertThat(answer.status()).isEqualTo(401);
            assertProblem(answer, "token_required");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "evil.example,,421,wrong_host",
        "127.0.0.1.evil.example:1,,421,wrong_host",
        "'',,400,http_400",
        "localhost:1,http://evil.example,403,wrong_origin",
        "127.0.0.1:1,null,403,wrong_origin",
    })
    void pagesThatRebindTheirNameAreRefused(String host, String origin, int status, String code) throws Exception {
        String header = origin == null ? "" : "Origin: " + origin + "\r\n";
        String answer =
                raw("GET /api/v1/live HTTP/1.1\r\nHost: " + host + "\r\n" + header + "Connection: close\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 " + status).contains("\"code\":\"" + code + "\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "xx",
                "[]",
                "null",
                "{",
                "{}",
                "{\"kind\":\"up\"} {}",
                "{\"kind\":\"up\",\"kind\":\"down\"}",
                "{\"kind\":1}",
                "{\"kind\":\"explode\"}",
                "{\"kind\":\"up\",\"nodes\":\"3\"}",
                "{\"kind\":\"up\",\"nodes\":3.5}",
                "{\"kind\":\"up\",\"cells\":\"a\"}",
                "{\"kind\":\"up\",\"cells\":[1]}",
                "{\"kind\":\"up\",\"node\":3}",
                "{\"kind\":\"down\",\"nodes\":3}",
                "{\"kind\":\"switchover\",\"target\":7}",
                "{\"kind\":\"cluster-add\",\"name\":\"No Good\",\"from\":\"/x\"}",
                "{\"kind\":\"cluster-add\",\"name\":\"shops\",\"from\":\"shops\"}",
                "{\"kind\":\"cluster-add\",\"name\":\"shops\"}",
                "{\"kind\":\"database-route\",\"database\":\"shop\"}",
                "{\"kind\":\"database-route\",\"database\":\"postgres\",\"cluster\":\"shops\"}",
                "{\"kind\":\"database-route\",\"database\":\"howdah\",\"cluster\":\"shops\"}",
                "{\"kind\":\"database-route\",\"database\":\"a/b\",\"cluster\":\"shops\"}",
                "{\"kind\":\"database-route\",\"database\":\"a\",\"cluster\":\"shops\",\"name_there\":\"\\u0000user\"}",
                "{\"kind\":\"database-unroute\"}"
            })
    void whatCannotBeUnderstoodIsRefused(String body) throws Exception {
        HttpAnswer answer = fixture.post(admin, body);
        assertThat(answer.status()).isEqualTo(400);
        assertProblem(answer, "malformed_request");
    }

    @Test
    void anImpossibleClusterIsRefusedWithTheReason() throws Exception {
        HttpAnswer answer = fixture.post(admin, "{\"kind\":\"up\",\"nodes\":2}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("survive no more failures").contains("use --nodes 1, 3 or 5");
    }

    @Test
    void aBodyThatIsTooLargeIsRefused() throws Exception {
        HttpAnswer answer = fixture.post(admin, "{\"kind\":\"" + "x".repeat(100_000) + "\"}");
        assertThat(answer.status()).isEqualTo(413);
        assertProblem(answer, "body_too_large");
    }

    @Test
    void aBodyThatIsTooLargeInChunksIsRefused() throws Exception {
        String chunk = "2000\r\n" + " ".repeat(0x2000) + "\r\n";
        String answer = raw("POST /api/v1/operations HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer "
                + fixture.endpoint(admin).bearer() + "\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                + chunk.repeat(9) + "0\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 413");
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/status,404,no_cluster",
        "/api/v1/nope,404,not_found",
        "/api/v1/operations/nope,404,not_found",
        "/api/v1/operations/..%2f..%2fsecrets,404,not_found",
    })
    void whatIsNotThereIsTold(String path, int status, String code) throws Exception {
        HttpAnswer answer = fixture.get(admin, path);
        assertThat(answer.status()).isEqualTo(status);
        assertProblem(answer, code);
    }

    @Test
    void aSwitchoverWithoutAClusterIsRefused() throws Exception {
        HttpAnswer answer = fixture.post(admin, "{\"kind\":\"switchover\"}");
        assertThat(answer.status()).isEqualTo(404);
        assertProblem(answer, "no_cluster");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"kind\":\"node-remove\"}",
                "{\"kind\":\"node-remove\",\"node\":7}",
                "{\"kind\":\"node-remove\",\"node\":\"node1\",\"force\":true}",
                "{\"kind\":\"node-add\",\"id\":\"No Good\"}",
                "{\"kind\":\"node-add\",\"tags\":\"fastest\"}",
                "{\"kind\":\"node-tag\",\"node\":\"node1\",\"tags\":{\"priority\":\"high\"}}",
                "{\"kind\":\"node-tag\",\"node\":\"node1\",\"tags\":\"never-leader\"}",
                "{\"kind\":\"failover\"}",
                "{\"kind\":\"failover\",\"target\":\"node1\",\"accept_data_loss\":\"yes\"}",
            })
    void ordersAboutNodesThatMeanNothingAreRefused(String body) throws Exception {
        HttpAnswer answer = fixture.post(admin, body);
        assertThat(answer.status()).isEqualTo(400);
        assertProblem(answer, "malformed_request");
    }

    private static void assertProblem(HttpAnswer answer, String code) {
        ObjectNode problem = Json.readObject(answer.body());
        assertThat(problem.propertyNames())
                .containsExactlyInAnyOrder("type", "title", "status", "detail", "code", "hint", "retryable");
        assertThat(problem.path("code").asString("")).isEqualTo(code);
        assertThat(problem.path("status").asInt(0)).isEqualTo(answer.status());
        assertThat(problem.path("detail").asString("")).isNotBlank();
    }

    /** Sends exactly these bytes and reads one answer. */
    private String raw(String request) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), admin.port())) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            StringBuilder answer = new StringBuilder();
            InputStream in = socket.getInputStream();
            for (int next = in.read(); next >= 0; next = in.read()) {
                answer.append((char) next);
                if (next == '}' && answer.indexOf("\r\n\r\n") > 0) {
                    break;
                }
            }
            return answer.toString();
        }
    }
}
