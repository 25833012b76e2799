package io.howdah.server.admin;

import io.howdah.gateway.metrics.QueryReport;
import io.howdah.server.configuration.ClusterConfiguration;
import io.howdah.server.configuration.ClusterConfiguration.GatewayEntry;
import io.howdah.server.http.Endpoint;
import io.howdah.server.http.HttpAnswer;
import io.howdah.server.http.HttpCaller;
import io.howdah.server.http.MalformedDocumentException;
import io.howdah.server.http.QueryDocument;
import io.howdah.server.http.UnreachableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The statements that took most of the time, as all gateways of a cluster have counted them together. */
final class GatewayQueries {
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final ClusterConfiguration configuration;
    private final String secret;
    private final HttpCaller http;

    GatewayQueries(ClusterConfiguration configuration, String secret, HttpCaller http) {
        this.configuration = configuration;
        this.secret = secret;
        this.http = http;
    }

    /** Gateways that do not answer are named in {@code missing}. */
    ObjectNode top(int limit) {
        QueryReport all = QueryReport.NOTHING;
        List<String> missing = new ArrayList<>();
        for (GatewayEntry gateway : configuration.gateways()) {
            try {
                Endpoint endpoint =
                        new Endpoint(configuration.host(), gateway.ports().http(), secret);
                HttpAnswer answer = http.post(endpoint, "/v1/orders/queries", "{}", ANSWER);
                if (answer.successful()) {
                    all = all.plus(QueryDocument.parse(answer.body()));
                } else {
                    missing.add(gateway.id().value());
                }
            } catch (UnreachableException | MalformedDocumentException e) {
                missing.add(gateway.id().value());
            }
        }
        ObjectNode document = QueryDocument.write(all, limit);
        missing.forEach(document.putArray("missing")::add);
        return document;
    }
}
