package io.howdah.server.http;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpException;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns everything that can go wrong with a request into a problem document; no stack trace ever leaves the process. */
public final class ProblemAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(ProblemAnswers.class);

    private ProblemAnswers() {}

    /** For what handlers throw. */
    public static void install(HttpRouting.Builder routing) {
        routing.error(ProblemException.class, (request, response, thrown) -> send(response, thrown.problem()));
        routing.error(
                MalformedDocumentException.class,
                (request, response, thrown) -> send(response, malformed(reason(thrown))));
        routing.error(
                HttpException.class,
                (request, response, thrown) -> send(response, ofStatus(thrown.status(), reason(thrown))));
        routing.error(Throwable.class, ProblemAnswers::unexpected);
    }

    /** For requests that never reach a handler: unreadable, too large, unknown path. */
    public static DirectHandlers directHandlers() {
        DirectHandlers.Builder handlers = DirectHandlers.builder();
        for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
            handlers.addHandler(type, (request, event, status, headers, message) -> direct(status, headers, message));
        }
        return handlers.build();
    }

    public static void send(ServerResponse response, Problem problem) {
        response.status(Status.create(problem.status()))
                .header(HeaderNames.CONTENT_TYPE, Problem.CONTENT_TYPE)
                .send(problem.toJson().getBytes(StandardCharsets.UTF_8));
    }

    /** A request whose body is not what it should be. */
    public static Problem malformed(String detail) {
        return new Problem(400, "malformed_request", "The request's body cannot be read", detail, "", false);
    }

    private static String reason(Throwable thrown) {
        String message = thrown.getMessage();
        return message == null ? thrown.getClass().getSimpleName() : message;
    }

    private static void unexpected(ServerRequest request, ServerResponse response, Throwable thrown) {
        LOG.error("{} {} failed", request.prologue().method(), request.path().path(), thrown);
        send(
                response,
                new Problem(
                        500,
                        "internal_error",
                        "The server failed to answer",
                        reason(thrown),
                        "look at logs/admin.log in the cluster's directory",
                        true));
    }

    private static DirectHandler.TransportResponse direct(
            Status status, ServerResponseHeaders headers, @Nullable String message) {
        headers.set(HeaderNames.CONTENT_TYPE, Problem.CONTENT_TYPE);
        return DirectHandler.TransportResponse.builder()
                .status(status)
                .headers(headers)
                .entity(ofStatus(status, message == null ? "the request cannot be read" : message)
                        .toJson())
                .keepAlive(false)
                .build();
    }

    private static Problem ofStatus(Status status, String message) {
        String title = status.reasonPhrase().isBlank() ? "The request failed" : status.reasonPhrase();
        return switch (status.code()) {
            case 404 -> new Problem(404, "not_found", title, "there is nothing at this path", "", false);
            case 413 ->
                new Problem(413, "body_too_large", title, "the body is longer than this server reads", "", false);
            default -> new Problem(status.code(), "http_" + status.code(), title, message, "", status.code() >= 500);
        };
    }
}
