package io.howdah.cli.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HttpClientTest {
    private final ServerSocket server = listen();
    private final HttpClient client = new HttpClient(Duration.ofSeconds(2));

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nh\u00e9llo",
                "HTTP/1.1 200 OK\r\ncontent-LENGTH:6\r\n\r\nh\u00e9llo and more",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nh\u00c3\r\n4\r\n\u00a9llo\r\n0\r\nTrailer: t\r\n\r\n",
                "HTTP/1.0 200\n\nh\u00e9llo",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nh\u00e9llo"
            })
    void readsEveryKindOfBody(String answer) {
        // In the chunked case the letter is given as its two bytes, cut by the border of the chunks.
        boolean raw = answer.contains("chunked");
        serve(answer.getBytes(raw ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8));

        HttpAnswer got = get(Duration.ofSeconds(5));

        assertThat(got.status()).isEqualTo(200);
        assertThat(got.body()).isEqualTo("h\u00e9llo");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SSH-2.0-OpenSSH_9.2\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
                "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabcd\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7fffffff\r\n"
            })
    void refusesWhatIsNotAnAnswer(String answer) {
        serve(answer.getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> get(Duration.ofSeconds(5))).isInstanceOf(HttpException.class);
    }

    @Test
    void tellsSilenceFromAbsence() throws IOException {
        assertThatThrownBy(() -> get(Duration.ofMillis(50)))
                .isInstanceOfSatisfying(
                        HttpException.class,
                        failure -> assertThat(failure.isTimeout()).isTrue());
        server.close();
        assertThatThrownBy(() -> get(Duration.ofMillis(50)))
                .isInstanceOfSatisfying(
                        HttpException.class,
                        failure -> assertThat(failure.isTimeout()).isFalse());
    }

    private HttpAnswer get(Duration readTimeout) {
        URI uri = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/x?y=1");
        return client.send("GET", uri, Optional.of("t"), Optional.empty(), readTimeout);
    }

    private void serve(byte[] answer) {
        Thread.ofVirtual().start(() -> {
            try (Socket connection = server.accept()) {
                int matched = 0;
                while (matched < 4) {
                    int next = connection.getInputStream().read();
                    matched = next == "\r\n\r\n".charAt(matched) ? matched + 1 : 0;
                }
                connection.getOutputStream().write(answer);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static ServerSocket listen() {
        try {
            return new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
