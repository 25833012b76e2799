package io.howdah.server.admin;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.howdah.server.configuration.ConfigurationException;
import io.howdah.server.http.BearerToken;
import io.howdah.server.http.Guard;
import io.howdah.server.http.Problem;
import io.howdah.server.http.ProblemAnswers;
import io.howdah.server.http.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The Admin API under {@code /api/v1}: loopback only, behind a token, JSON in and out, problems as RFC 9457 says.
 *
 * <p>Each request runs on a virtual thread of its own, so handlers may block.
 */
final class AdminApi {
    private static final int BODY_LIMIT_BYTES = 64 * 1024;
    private static final Duration LONGEST_POLL = Duration.ofSeconds(30);
    private static final String LIVE = "/api/v1/live";

    private final ClusterService service;
    private final DatabaseService databases;
    private final Operations operations;
    private final OperationDispatch dispatch;
    private final Scheduler scheduler;

    AdminApi(
            ClusterService service,
            DatabaseService databases,
            Operations operations,
            OperationDispatch dispatch,
            Scheduler scheduler) {
        this.service = service;
        this.databases = databases;
        this.operations = operations;
        this.dispatch = dispatch;
        this.scheduler = scheduler;
    }

    /** A server for this interface, not started yet. */
    WebServer server(String host, int port, BearerToken token) {
        return WebServer.builder()
                .host(host)
                .port(port)
                .shutdownHook(false)
                .shutdownGracePeriod(Duration.ofMillis(200))
                .maxPayloadSize(BODY_LIMIT_BYTES)
                .directHandlers(ProblemAnswers.directHandlers())
                .routing(routing -> route(routing, token))
                .build();
    }

    private void route(HttpRouting.Builder routing, BearerToken token) {
        routing.addFilter(new Guard(token, Set.of(LIVE)));
        routing.get(
                        LIVE,
                        (request, response) ->
                                json(response, Status.OK_200, Json.object().put("live", true)))
                .get("/api/v1/status", (request, response) -> json(response, Status.OK_200, service.status()))
                .get("/api/v1/clusters", (request, response) -> json(response, Status.OK_200, databases.clusters()))
                .get("/api/v1/clusters/{id}", this::cluster)
                .get("/api/v1/databases", (request, response) -> json(response, Status.OK_200, databases.databases()))
                .get("/api/v1/nodes", (request, response) -> json(response, Status.OK_200, service.nodes()))
                .get("/api/v1/history", this::history)
                .get("/api/v1/gateways/queries", this::queries)
                .get(
                        "/api/v1/gateways/cache",
                        (request, response) ->
                                json(response, Status.OK_200, service.caches().statistics()))
                .post("/api/v1/gateways/cache/invalidate", this::invalidate)
                .get("/api/v1/operations", this::listOperations)
                .post("/api/v1/operations", this::startOperation)
                .get("/api/v1/operations/{id}", this::operation)
                .get("/api/v1/config", (request, response) -> json(response, Status.OK_200, service.parameters()))
                .get("/api/v1/schedules", (request, response) -> json(response, Status.OK_200, scheduler.list()))
                .post("/api/v1/schedules", this::schedule)
                .delete("/api/v1/schedules/{id}", this::cancelSchedule)
                .any((request, response) ->
                        ProblemAnswers.send(response, notFound(request.path().path())));
        routing.error(
                ConfigurationException.class,
                (request, response, thrown) -> ProblemAnswers.send(
                        response,
                        new Problem(
                                409,
                                "unusable_file",
                                "A file of the cluster cannot be used",
                                String.valueOf(thrown.getMessage()),
                                thrown.hint(),
                                false)));
        ProblemAnswers.install(routing);
    }

    private void cluster(ServerRequest request, ServerResponse response) throws InterruptedException {
        ObjectNode status = service.status();
        if (!request.path().pathParameters().get("id").equals(service.clusterName())) {
            throw new ProblemException(notFound(request.path().path()));
        }
        json(response, Status.OK_200, status);
    }

    private void history(ServerRequest request, ServerResponse response) throws InterruptedException {
        long limit = number(request, "limit");
        json(
                response,
                Status.OK_200,
                Json.object().set("history", service.history(limit == 0 ? 50 : Math.clamp(limit, 1, 1000))));
    }

    private void queries(ServerRequest request, ServerResponse response) {
        long limit = number(request, "limit");
        json(response, Status.OK_200, service.queries(limit == 0 ? 20 : Math.clamp(limit, 1, 1000)));
    }

    private void invalidate(ServerRequest request, ServerResponse response) {
        ObjectNode body = Json.readObject(text(request));
        OperationRequest.requireOnly(body, "database", "table");
        json(
                response,
                Status.OK_200,
                service.caches()
                        .invalidate(OperationRequest.text(body, "database"), OperationRequest.text(body, "table")));
    }

    private void listOperations(ServerRequest request, ServerResponse response) {
        var list = Json.array();
        operations.all().forEach(operation -> list.add(operation.toJson(0)));
        json(response, Status.OK_200, list);
    }

    private void startOperation(ServerRequest request, ServerResponse response) {
        ObjectNode body = Json.readObject(text(request));
        Operation operation = dispatch.start(OperationRequest.parse(body));
        response.header(HeaderNames.LOCATION, "/api/v1/operations/" + operation.id());
        json(response, Status.ACCEPTED_202, operation.toJson(0));
    }

    private void schedule(ServerRequest request, ServerResponse response) {
        Appointment made = scheduler.make(Json.readObject(text(request)));
        response.header(HeaderNames.LOCATION, "/api/v1/schedules/" + made.id());
        json(response, Status.CREATED_201, made.toJson());
    }

    private void cancelSchedule(ServerRequest request, ServerResponse response) {
        String id = request.path().pathParameters().get("id");
        json(response, Status.OK_200, scheduler.cancel(id).toJson());
    }

    private void operation(ServerRequest request, ServerResponse response) throws InterruptedException {
        String id = request.path().pathParameters().get("id");
        Operation operation = operations
                .find(id)
                .orElseThrow(() -> new ProblemException(notFound(request.path().path())));
        long after = number(request, "after");
        long waitMillis = Math.min(number(request, "wait_ms"), LONGEST_POLL.toMillis());
        operation.awaitNews(after, Duration.ofMillis(waitMillis));
        json(response, Status.OK_200, operation.toJson(after));
    }

    private static long number(ServerRequest request, String name) {
        String text = request.query().first(name).orElse("0");
        if (!text.matches("[0-9]{1,12}")) {
            throw new ProblemException(new Problem(
                    400,
                    "malformed_request",
                    "The request cannot be understood",
                    "%s should be a number, not '%s'".formatted(name, text),
                    "",
                    false));
        }
        return Long.parseLong(text);
    }

    private static String text(ServerRequest request) {
        try (InputStream body = request.content().inputStream()) {
            byte[] bytes = body.readNBytes(BODY_LIMIT_BYTES + 1);
            if (bytes.length > BODY_LIMIT_BYTES) {
                throw new ProblemException(new Problem(
                        413,
                        "body_too_large",
                        "The request's body is too large",
                        "it is longer than %d bytes".formatted(BODY_LIMIT_BYTES),
                        "",
                        false));
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new ProblemException(ProblemAnswers.malformed("it ended early: " + e.getMessage()));
        }
    }

    private static Problem notFound(String path) {
        return new Problem(404, "not_found", "There is nothing here", path + " names nothing", "", false);
    }

    private static void json(ServerResponse response, Status status, JsonNode document) {
        response.status(status)
                .header(HeaderValues.CONTENT_TYPE_JSON)
                .header(HeaderNames.CACHE_CONTROL, "no-store")
                .send(Json.write(document).getBytes(StandardCharsets.UTF_8));
    }
}
