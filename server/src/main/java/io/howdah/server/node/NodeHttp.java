package io.howdah.server.node;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeStatus;
import io.howdah.server.http.NodeStatusJson;
import io.howdah.server.peer.Sender;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The node's HTTP interface: status and its stream for gateways and admin, messages from peers, orders, and the health
 * checks that load balancers made for Patroni know. All but the health checks ask for the cluster's secret.
 *
 * <p>Every request runs on a virtual thread of its own, so streams may block.
 */
final class NodeHttp implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeHttp.class);
    private static final Duration BEAT = Duration.ofMillis(250);

    /** What the interface asks of the agent. */
    interface Orders {
        /** Blocks until the switchover ended, well or badly. */
        SwitchoverAnswer switchover(String body);

        /** Blocks until the order was carried out or refused. */
        OrderAnswer order(String name, String body);

        void drained(String body);

        void gatewayArrived(String gateway);

        void gatewayLeft(String gateway);

        /** Why the process is not to be listened to as that node; empty when it is. */
        Optional<String> objection(NodeId from, String process);

        void peerMessage(NodeId from, String json);
    }

    /** The answer to an order: an HTTP status and a JSON document. */
    record OrderAnswer(int status, String json) {
        /** A refusal in the words of RFC 9457. */
        static OrderAnswer problem(int status, String title, String detail, String hint) {
            ObjectNode document = JsonMapper.shared().createObjectNode();
            document.put("title", title);
            document.put("status", status);
            document.put("detail", detail);
            document.put("hint", hint);
            document.put("retryable", status == 503);
            return new OrderAnswer(status, JsonMapper.shared().writeValueAsString(document));
        }
    }

    /** The answer to a switchover: an HTTP status and a JSON document. */
    record SwitchoverAnswer(int status, String json) {}

    private final byte[] secret;
    private final StatusBoard board;
    private final Orders orders;
    private final WebServer server;
    private volatile boolean stopping;
    private volatile boolean closed;

    NodeHttp(
            String host,
            int port,
            String secret,
            StatusBoard board,
            Orders orders,
            PatroniHealth health,
            NodeMetrics metrics) {
        this.secret = secret.getBytes(StandardCharsets.UTF_8);
        this.board = board;
        this.orders = orders;
        this.server = WebServer.builder()
                .host(host)
                .port(port)
                .shutdownHook(false)
                .addConnectionSelector(new OldHttpHealthChecks(health::answer))
                .routing(rules -> rules.get("/v1/status", guarded(this::status))
                        .get("/v1/status/stream", guarded(this::stream))
                        .post("/v1/peer", guarded(this::peer))
                        .post("/v1/drained", guarded(this::drained))
                        .post("/v1/switchover", guarded(this::switchover))
                        .post("/v1/orders/{name}", guarded(this::order))
                        .update(health::register)
                        .update(metrics::register))
                .build();
    }

    /** From now on orders and messages are answered with 503: nobody would act on them any more. Streams go on. */
    void refuse() {
        stopping = true;
    }

    /** Binds and serves; throws when the port is taken. */
    void start() {
        server.start();
    }

    @Override
    public void close() {
        stopping = true;
        closed = true;
        board.wakeAll();
        server.stop();
    }

    private Handler guarded(Handler handler) {
        return (request, response) -> {
            if (!authorized(request)) {
                response.status(Status.UNAUTHORIZED_401).send("the cluster's secret is missing or wrong\n");
                return;
            }
            if (stopping && request.prologue().method().equals(Method.POST)) {
                sendStopping(response);
                return;
            }
            handler.handle(request, response);
        };
    }

    private static void sendStopping(ServerResponse response) {
        OrderAnswer answer = OrderAnswer.problem(503, "the node stops", "it was told to", "ask again when it is back");
        response.status(Status.SERVICE_UNAVAILABLE_503)
                .header("Content-Type", "application/problem+json")
                .send(answer.json());
    }

    private boolean authorized(ServerRequest request) {
        String header = request.headers().first(HeaderNames.AUTHORIZATION).orElse("");
        byte[] presented = header.startsWith("Bearer ")
                ? header.substring("Bearer ".length()).getBytes(StandardCharsets.UTF_8)
                : new byte[0];
        return MessageDigest.isEqual(presented, secret);
    }

    private void status(ServerRequest request, ServerResponse response) {
        response.header("Content-Type", "application/json").send(NodeStatusJson.write(board.latest()));
    }

    private void stream(ServerRequest request, ServerResponse response) throws Exception {
        response.header("Content-Type", "application/x-ndjson");
        Optional<String> gateway = request.query().first("gateway").asOptional();
        gateway.ifPresent(orders::gatewayArrived);
        try (OutputStream out = response.outputStream()) {
            long seen = -1;
            while (!closed) {
                NodeStatus status = board.awaitNewer(seen, BEAT);
                seen = status.sequence();
                out.write((NodeStatusJson.write(status) + "\n").getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (IOException e) {
            LOG.debug("a reader of the status stream went away: {}", e.getMessage());
        } finally {
            gateway.ifPresent(orders::gatewayLeft);
        }
    }

    private void peer(ServerRequest request, ServerResponse response) throws IOException {
        NodeId from = new NodeId(header(request, Sender.NODE_HEADER));
        String process = header(request, Sender.PROCESS_HEADER);
        Optional<String> objection = Optional.empty();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(request.content().inputStream(), StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            while (line != null && !stopping) {
                objection = orders.objection(from, process);
                if (objection.isPresent()) {
                    break;
                }
                orders.peerMessage(from, line);
                line = lines.readLine();
            }
        } catch (IOException | RuntimeException e) {
            if (!stopping) {
                throw e;
            }
            LOG.debug("the messages of {} end: {}", from, e.getMessage());
        }
        if (stopping) {
            sendStopping(response);
            return;
        }
        if (objection.isPresent()) {
            response.status(Status.CONFLICT_409).send(objection.get() + "\n");
            return;
        }
        response.status(Status.NO_CONTENT_204).send();
    }

    private static String header(ServerRequest request, String name) {
        return request.headers().first(HeaderNames.create(name)).orElse("");
    }

    private void drained(ServerRequest request, ServerResponse response) {
        orders.drained(request.content().as(String.class));
        response.status(Status.NO_CONTENT_204).send();
    }

    private void order(ServerRequest request, ServerResponse response) {
        OrderAnswer answer = orders.order(
                request.path().pathParameters().get("name"), request.content().as(String.class));
        response.status(Status.create(answer.status()))
                .header("Content-Type", answer.status() < 300 ? "application/json" : "application/problem+json")
                .send(answer.json());
    }

    private void switchover(ServerRequest request, ServerResponse response) {
        SwitchoverAnswer answer = orders.switchover(request.content().as(String.class));
        response.status(Status.create(answer.status()))
                .header("Content-Type", answer.status() < 300 ? "application/json" : "application/problem+json")
                .send(answer.json());
    }
}
