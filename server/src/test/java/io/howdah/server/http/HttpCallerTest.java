package io.howdah.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class HttpCallerTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    private final HttpCaller caller = new HttpCaller(Duration.ofSeconds(1));

    @Test
    void sendsTheSecretAndReadsABodyOfKnownLength() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        CountDownLatch end = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer((socket, out, head) -> {
            seen.addAll(head);
            ScriptedServer.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbodyand more");
            end.await();
        })) {
            HttpAnswer answer = caller.get(server.endpoint(), "/v1/status", LONG);
            end.countDown();
            assertThat(answer).isEqualTo(new HttpAnswer(200, "body"));
            assertThat(seen).contains("GET /v1/status HTTP/1.1", "Authorization: Bearer secret");
        }
    }

    @Test
    void putsChunksTogether() throws Exception {
        try (ScriptedServer server = new ScriptedServer((socket, out, head) -> {
            ScriptedServer.write(out, "HTTP/1.1 409 Conflict\r\nTransfer-Encoding: chunked\r\n\r\n");
            ScriptedServer.writeChunk(out, "Grüße, ");
            ScriptedServer.writeChunk(out, "leader");
            ScriptedServer.write(out, "0\r\n\r\n");
        })) {
            assertThat(caller.post(server.endpoint(), "/v1/switchover", "{}", LONG))
                    .isEqualTo(new HttpAnswer(409, "Grüße, leader"));
        }
    }

    @Test
    void nobodyListeningIsRefused() throws Exception {
        Endpoint endpoint = new Endpoint("127.0.0.1", ScriptedServer.unusedPort(), "secret");
        UnreachableException thrown =
                catchThrowableOfType(UnreachableException.class, () -> caller.get(endpoint, "/", LONG));
        assertThat(thrown.refused()).isTrue();
        assertThat(thrown).hasMessageContaining("nobody listens");
    }

    @Test
    void aServerThatHangsCostsNoMoreThanTheTimeLimit() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer((socket, out, head) -> end.await())) {
            UnreachableException thrown = catchThrowableOfType(
                    UnreachableException.class, () -> caller.get(server.endpoint(), "/", Duration.ofMillis(100)));
            assertThat(thrown.refused()).isFalse();
        } finally {
            end.countDown();
        }
    }

    @Test
    void aServerThatTricklesCostsNoMoreThanTheTimeLimit() throws Exception {
        try (ScriptedServer server = new ScriptedServer((socket, out, head) -> {
            ScriptedServer.write(out, "HTTP/1.1 200 OK\r\n\r\n");
            while (!socket.isClosed()) {
                ScriptedServer.write(out, "x");
                Thread.sleep(5);
            }
        })) {
            long start = System.nanoTime();
            assertThatThrownBy(() -> caller.get(server.endpoint(), "/", Duration.ofMillis(200)))
                    .isInstanceOf(UnreachableException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LONG);
        }
    }

    @Test
    void whatIsNotHttpIsRefused() throws Exception {
        try (ScriptedServer server =
                new ScriptedServer((socket, out, head) -> ScriptedServer.write(out, "SSH-2.0-OpenSSH\r\n"))) {
            assertThatThrownBy(() -> caller.get(server.endpoint(), "/", LONG))
                    .isInstanceOf(UnreachableException.class)
                    .hasMessageContaining("not an HTTP answer");
        }
    }
}
