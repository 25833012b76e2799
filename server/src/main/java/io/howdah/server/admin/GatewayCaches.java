package io.howdah.server.admin;

import io.howdah.server.configuration.ClusterConfiguration;
import io.howdah.server.configuration.ClusterConfiguration.GatewayEntry;
import io.howdah.server.http.Endpoint;
import io.howdah.server.http.HttpAnswer;
import io.howdah.server.http.HttpCaller;
import io.howdah.server.http.UnreachableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The query caches of a cluster's gateways. Gateways that do not answer are named in {@code missing}. */
final class GatewayCaches {
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final double MEGABYTE = 1 << 20;

    private final ClusterConfiguration configuration;
    private final String secret;
    private final HttpCaller http;

    GatewayCaches(ClusterConfiguration configuration, String secret, HttpCaller http) {
        this.configuration = configuration;
        this.secret = secret;
        this.http = http;
    }

    ObjectNode statistics() {
        return askAll("/v1/orders/cache", "{}");
    }

    /** Has them forget answers: all, or those in a database or from a table. */
    ObjectNode invalidate(Optional<String> database, Optional<String> table) {
        ObjectNode request = JsonMapper.shared()
                .createObjectNode()
                .put("database", database.orElse(""))
                .put("table", table.orElse(""));
        ObjectNode document = askAll("/v1/orders/cache-invalidate", request.toString());
        long answers = 0;
        long bytes = 0;
        for (var gateway : document.path("gateways")) {
            answers += gateway.path("answers").asLong();
            bytes += gateway.path("bytes").asLong();
        }
        return document.put("cached_queries_cleared", answers)
                .put("memory_freed_bytes", bytes)
                .put("memory_freed_mb", bytes / MEGABYTE);
    }

    private ObjectNode askAll(String path, String body) {
        ObjectNode document = JsonMapper.shared().createObjectNode();
        ArrayNode gateways = document.putArray("gateways");
        List<String> missing = new ArrayList<>();
        for (GatewayEntry gateway : configuration.gateways()) {
            String name = gateway.id().value();
            try {
                Endpoint endpoint =
                        new Endpoint(configuration.host(), gateway.ports().http(), secret);
                HttpAnswer answer = http.post(endpoint, path, body, ANSWER);
                if (answer.successful() && JsonMapper.shared().readTree(answer.body()) instanceof ObjectNode told) {
                    gateways.addObject().put("gateway", name).setAll(told);
                } else {
                    missing.add(name);
                }
            } catch (UnreachableException | JacksonException e) {
                missing.add(name);
            }
        }
        missing.forEach(document.putArray("missing")::add);
        return document;
    }
}
