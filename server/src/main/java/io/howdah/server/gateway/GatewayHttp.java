package io.howdah.server.gateway;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP port of a gateway: {@code /metrics} in Prometheus' formats, without a secret, as a node's. */
public final class GatewayHttp implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayHttp.class);

    private final GatewayMetrics metrics;
    private final ExpositionFormats formats = ExpositionFormats.init();
    private final WebServer server;

    private GatewayHttp(String host, int port, GatewayMetrics metrics) {
        this.metrics = metrics;
        this.server = WebServer.builder()
                .host(host)
                .port(port)
                .shutdownHook(false)
                .routing(rules -> rules.get("/metrics", this::answer))
                .build();
    }

    /** Serves; without the port the gateway does its work all the same, and says so. */
    public static Optional<GatewayHttp> serve(String host, int port, GatewayMetrics metrics) {
        GatewayHttp http = new GatewayHttp(host, port, metrics);
        http.server.start();
        // A server that cannot listen logs why, and does not throw.
        if (http.server.isRunning()) {
            return Optional.of(http);
        }
        LOG.warn(
                "nothing is told on http://{}:{}/metrics. Give the gateway another port (\"http\" of the gateway in"
                        + " howdah.yaml), or stop what uses this one",
                host,
                port);
        return Optional.empty();
    }

    int port() {
        return server.port();
    }

    private void answer(ServerRequest request, ServerResponse response) throws IOException, InterruptedException {
        String accepted = request.headers().first(HeaderNames.ACCEPT).orElse("");
        ExpositionFormatWriter writer = formats.findWriter(accepted);
        response.header("Content-Type", writer.getContentType());
        try (OutputStream out = response.outputStream()) {
            writer.write(out, metrics.collect(), EscapingScheme.UNDERSCORE_ESCAPING);
        }
    }

    @Override
    public void close() {
        server.stop();
    }
}
