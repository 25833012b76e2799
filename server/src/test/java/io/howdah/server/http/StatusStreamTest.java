package io.howdah.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeStatus;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class StatusStreamTest {
    private static final StatusStream.Timing QUICK = new StatusStream.Timing(
            Duration.ofSeconds(1), Duration.ofMillis(300), Duration.ofMillis(5), Duration.ofMillis(20));

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    private final List<StatusStream> opened = new ArrayList<>();

    @AfterEach
    void closeStreams() {
        opened.forEach(StatusStream::close);
    }

    @Test
    void hearsStatusesThenTheEndOfTheProcessThenItsReturn() throws Exception {
        ScriptedServer server = new ScriptedServer(streaming("node1", 1));
        follow(server);
        assertThat(next()).isEqualTo("node1 term 1");
        int port = server.port();
        server.close();
        assertThat(nextOtherThan("node1 term 1")).isEqualTo("lost, silent");
        assertThat(next()).isEqualTo("lost, refused");
        try (ScriptedServer restarted = new ScriptedServer(port, streaming("node1", 2))) {
            assertThat(next()).as("on port %d", restarted.port()).isEqualTo("node1 term 2");
        }
    }

    @Test
    void aRefusedFirstConnectionIsReportedOnce() throws Exception {
        follow(new Endpoint("127.0.0.1", ScriptedServer.unusedPort(), "secret"));
        assertThat(next()).isEqualTo("lost, refused");
        assertThat(heard.poll(100, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void silenceIsALoss() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer((socket, out, head) -> {
            begin(out);
            ScriptedServer.writeChunk(out, NodeStatusJson.write(Statuses.leader("node1", 1)) + "\n");
            end.await();
        })) {
            follow(server);
            assertThat(next()).isEqualTo("node1 term 1");
            assertThat(next()).isEqualTo("lost, silent");
        } finally {
            end.countDown();
        }
    }

    @Test
    void aLineMayCrossChunks() throws Exception {
        try (ScriptedServer server = new ScriptedServer((socket, out, head) -> {
            begin(out);
            String line = NodeStatusJson.write(Statuses.leader("node1", 9)) + "\n";
            ScriptedServer.writeChunk(out, line.substring(0, 50));
            ScriptedServer.writeChunk(out, line.substring(50));
            new CountDownLatch(1).await();
        })) {
            follow(server);
            assertThat(next()).isEqualTo("node1 term 9");
        }
    }

    @Test
    void aStrangerAtTheAddressIsALoss() throws Exception {
        try (ScriptedServer server = new ScriptedServer(streaming("node2", 1))) {
            follow(server);
            assertThat(next()).isEqualTo("lost, silent");
            assertThat(heard.poll(100, TimeUnit.MILLISECONDS)).isNull();
        }
    }

    @Test
    void aWrongSecretIsALoss() throws Exception {
        try (ScriptedServer server = new ScriptedServer((socket, out, head) ->
                ScriptedServer.write(out, "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"))) {
            follow(server);
            assertThat(next()).isEqualTo("lost, silent");
        }
    }

    @Test
    void afterClosingNothingIsHeard() throws Exception {
        ScriptedServer server = new ScriptedServer(streaming("node1", 1));
        StatusStream stream = follow(server);
        assertThat(next()).isEqualTo("node1 term 1");
        stream.close();
        server.close();
        assertThat(nextOtherThan("node1 term 1")).isEmpty();
    }

    private static ScriptedServer.Script streaming(String node, long term) {
        return (socket, out, head) -> {
            begin(out);
            while (!socket.isClosed()) {
                ScriptedServer.writeChunk(out, NodeStatusJson.write(Statuses.leader(node, term)) + "\n");
                Thread.sleep(20);
            }
        };
    }

    private static void begin(OutputStream out) throws Exception {
        ScriptedServer.write(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    }

    private StatusStream follow(ScriptedServer server) {
        return follow(server.endpoint());
    }

    private StatusStream follow(Endpoint endpoint) {
        StatusStream.Target target = new StatusStream.Target(Statuses.CLUSTER, new NodeId("node1"), endpoint);
        StatusStream stream = StatusStream.open(target, QUICK, new StatusStream.Listener() {
            @Override
            public void onStatus(NodeStatus status) {
                heard.add(status.node() + " term " + status.term());
            }

            @Override
            public void onLost(boolean refused) {
                heard.add(refused ? "lost, refused" : "lost, silent");
            }
        });
        opened.add(stream);
        return stream;
    }

    private String next() throws InterruptedException {
        String event = heard.poll(5, TimeUnit.SECONDS);
        return event == null ? "" : event;
    }

    /** The next event that differs, or nothing when there is none for a while. */
    private String nextOtherThan(String repeated) throws InterruptedException {
        String event = heard.poll(300, TimeUnit.MILLISECONDS);
        while (event != null && event.equals(repeated)) {
            event = heard.poll(300, TimeUnit.MILLISECONDS);
        }
        return event == null ? "" : event;
    }
}
