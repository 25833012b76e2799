package io.howdah.server.admin;

import io.howdah.kernel.model.NodeState;
import io.howdah.kernel.model.NodeStatus;
import io.howdah.kernel.model.Role;
import io.howdah.server.http.NodeStatusJson;
import io.howdah.server.http.ScriptedServer;
import io.howdah.server.http.Statuses;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A node's HTTP interface that says what a test wants. */
final class FakeNode implements Closeable {
    private final String name;
    private final int port;
    private final ScriptedServer server;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile NodeStatus status;
    private volatile boolean hanging;
    private volatile String switchoverAnswer = answer("200 OK", "{}");
    private volatile Runnable onSwitchover = () -> {};

    FakeNode(String name, int port) throws IOException {
        this.name = name;
        this.port = port;
        this.status = Statuses.status(name, 0, "", Role.STANDBY, NodeState.STARTING, false, port);
        this.server = new ScriptedServer(port, this::serve);
    }

    FakeNode leads(long term) {
        status = Statuses.status(name, term, name, Role.PRIMARY, NodeState.SERVING, true, port);
        return this;
    }

    FakeNode follows(String leader, long term) {
        status = Statuses.status(name, term, leader, Role.STANDBY, NodeState.STREAMING, false, port);
        return this;
    }

    FakeNode is(NodeState state) {
        status = Statuses.status(name, 0, "", Role.STANDBY, state, false, port);
        return this;
    }

    /** From now on it accepts connections and says nothing. */
    FakeNode hangs() {
        hanging = true;
        return this;
    }

    /** How it answers an order to hand over, and what happens then. */
    FakeNode answersSwitchover(String httpStatus, String json, Runnable then) {
        switchoverAnswer = answer(httpStatus, json);
        onSwitchover = then;
        return this;
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        server.close();
    }

    private void serve(Socket socket, OutputStream out, List<String> head) throws Exception {
        String request = head.getFirst();
        if (!head.contains("Authorization: Bearer " + AdminFixture.SECRETS.peerSecret())) {
            ScriptedServer.write(out, answer("401 Unauthorized", ""));
        } else if (request.startsWith("GET /v1/status/stream")) {
            stream(socket, out);
        } else if (request.startsWith("POST /v1/switchover")) {
            onSwitchover.run();
            ScriptedServer.write(out, switchoverAnswer);
        }
    }

    private void stream(Socket socket, OutputStream out) throws Exception {
        ScriptedServer.write(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        while (!socket.isClosed() && closed.getCount() > 0) {
            if (!hanging) {
                ScriptedServer.writeChunk(out, NodeStatusJson.write(status) + "\n");
            }
            Thread.sleep(10);
        }
    }

    private static String answer(String httpStatus, String body) {
        return "HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s".formatted(httpStatus, body.length(), body);
    }
}
