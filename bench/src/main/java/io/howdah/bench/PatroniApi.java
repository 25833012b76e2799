package io.howdah.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the bench asks Patroni's REST API. */
record PatroniApi(List<Integer> ports) {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration LIMIT = Duration.ofSeconds(1);

    boolean isHealthy(int nodes) {
        List<JsonNode> members = members();
        long leaders =
                members.stream().filter(node -> isIn(node, "role", "leader")).count();
        long synchronous = members.stream()
                .filter(node -> isIn(node, "role", "sync_standby"))
                .count();
        long well = members.stream()
                .filter(node -> isIn(node, "state", "running") || isIn(node, "state", "streaming"))
                .count();
        long timelines = members.stream()
                .map(node -> node.path("timeline").longValue(0))
                .distinct()
                .count();
        return leaders == 1 && synchronous == 1 && well == nodes && timelines == 1;
    }

    private static boolean isIn(JsonNode member, String field, String value) {
        return member.path(field).stringValue("").equals(value);
    }

    JsonNode member(String role) {
        return members().stream()
                .filter(node -> isIn(node, "role", role))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("Patroni has no " + role));
    }

    /** As the first node tells it that answers. */
    private List<JsonNode> members() {
        for (int port : ports) {
            try {
                List<JsonNode> members = new ArrayList<>();
                JSON.readTree(send(HttpRequest.newBuilder(uri(port, "cluster"))
                                        .timeout(LIMIT)
                                        .build())
                                .body())
                        .path("members")
                        .forEach(members::add);
                return members;
            } catch (IOException e) {
                // Another may answer.
            }
        }
        return List.of();
    }

    /** As {@code patronictl switchover} asks for it; returns when Patroni says that it is done. */
    void switchOver(String leader) {
        int port = ports.get(Integer.parseInt(leader.substring("node".length())));
        try {
            HttpResponse<String> answer = send(HttpRequest.newBuilder(uri(port, "switchover"))
                    .POST(HttpRequest.BodyPublishers.ofString("{\"leader\": \"%s\"}".formatted(leader)))
                    .build());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException("Patroni did not switch over: " + answer.body());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Patroni did not switch over", e);
        }
    }

    private static URI uri(int port, String path) {
        return URI.create("http://127.0.0.1:%d/%s".formatted(port, path));
    }

    private static HttpResponse<String> send(HttpRequest request) throws IOException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
