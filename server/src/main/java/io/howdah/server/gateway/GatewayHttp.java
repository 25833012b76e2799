package io.howdah.server.gateway;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.howdah.server.http.BearerToken;
import io.howdah.server.http.ProblemAnswers;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP port of a gateway: {@code /metrics} in Prometheus' formats, without a secret, as a node's; and behind the cluster's secret what
 * admin asks of the gateway. Every request runs on a virtual thread of its own.
 */
public final class GatewayHttp implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayHttp.class);

    /** What is told, to whom, and what can be ordered. */
    record Interior(GatewayMetrics metrics, GatewayOrders orders, BearerToken token) {}

    private final Interior interior;
    private final ExpositionFormats formats = ExpositionFormats.init();
    private final WebServer server;

    private GatewayHttp(String host, int port, Interior interior) {
        this.interior = interior;
        this.server = WebServer.builder()
                .host(host)
                .port(port)
                .shutdownHook(false)
                .routing(rules -> {
                    rules.get("/metrics", this::metrics)
                            .get("/v1/status", guarded(this::status))
                            .post("/v1/orders/{name}", guarded(this::order));
                    ProblemAnswers.install(rules);
                })
                .build();
    }

    /** Serves; without the port the gateway does its work all the same. */
    static Optional<GatewayHttp> serve(String host, int port, Interior interior) {
        GatewayHttp http = new GatewayHttp(host, port, interior);
        http.server.start();
        // A server that cannot listen logs why, and does not throw.
        return http.server.isRunning() ? Optional.of(http) : Optional.empty();
    }

    static void warnOfSilence(String host, int port) {
        LOG.warn(
                "nothing is told on http://{}:{}/metrics, and admin cannot reach the gateway. Give the gateway another port"
                        + " (\"http\" of the gateway in howdah.yaml), or stop what uses this one",
                host,
                port);
    }

    int port() {
        return server.port();
    }

    private Handler guarded(Handler handler) {
        return (request, response) -> {
            String presented =
                    request.headers().first(HeaderNames.AUTHORIZATION).orElse("");
            if (interior.token.isIn(presented)) {
                handler.handle(request, response);
            } else {
                response.status(Status.UNAUTHORIZED_401).send("the cluster's secret is missing or wrong\n");
            }
        };
    }

    private void metrics(ServerRequest request, ServerResponse response) throws IOException, InterruptedException {
        String accepted = request.headers().first(HeaderNames.ACCEPT).orElse("");
        ExpositionFormatWriter writer = formats.findWriter(accepted);
        response.header("Content-Type", writer.getContentType());
        try (OutputStream out = response.outputStream()) {
            writer.write(out, interior.metrics.collect(), EscapingScheme.UNDERSCORE_ESCAPING);
        }
    }

    private void status(ServerRequest request, ServerResponse response) {
        json(response, interior.orders.status());
    }

    private void order(ServerRequest request, ServerResponse response) {
        json(
                response,
                interior.orders.order(
                        request.path().pathParameters().get("name"),
                        request.content().hasEntity() ? request.content().as(String.class) : "{}"));
    }

    private static void json(ServerResponse response, String document) {
        response.header(HeaderValues.CONTENT_TYPE_JSON).send(document.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        server.stop();
    }
}
