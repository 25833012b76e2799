package io.howdah.cli.api;

import io.howdah.cli.text.CliException;
import io.howdah.cli.text.ExitCode;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The Admin API of one cluster. Every method blocks and throws {@link CliException} with the words of the API's problem
 * document (RFC 9457) when the answer is not a success, or with {@link ExitCode#UNREACHABLE} when there is none.
 */
public final class AdminClient {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(10);

    private final HttpClient http = new HttpClient(CONNECT_TIMEOUT);
    private final URI base;
    private final Optional<String> token;

    public AdminClient(URI base, Optional<String> token) {
        this.base = base;
        this.token = token;
    }

    public URI base() {
        return base;
    }

    /** Whether something answers there at all; needs no token. */
    public boolean isLive(Duration patience) {
        try {
            return http.send("GET", base.resolve("/api/v1/live"), Optional.empty(), Optional.empty(), patience)
                    .isSuccess();
        } catch (HttpException e) {
            return false;
        }
    }

    public Json.Fields status() {
        return call("GET", "/api/v1/status", Optional.empty(), READ_TIMEOUT);
    }

    /** The newest rules first. */
    public Json.Fields history(int limit) {
        return call("GET", "/api/v1/history?limit=" + limit, Optional.empty(), READ_TIMEOUT);
    }

    /** The statements that took most of the gateways' time. */
    public Json.Fields queries(int limit) {
        return call("GET", "/api/v1/gateways/queries?limit=" + limit, Optional.empty(), READ_TIMEOUT);
    }

    /** What the gateways' query caches hold and have done. */
    public Json.Fields cache() {
        return call("GET", "/api/v1/gateways/cache", Optional.empty(), READ_TIMEOUT);
    }

    /** Has the gateways forget answers: all, or those of a database or from a table. Empty strings name nothing. */
    public Json.Fields invalidateCache(String database, String table) {
        Json.Fields body = Json.fields("database", Json.of(database), "table", Json.of(table));
        return call("POST", "/api/v1/gateways/cache/invalidate", Optional.of(JsonWriter.compact(body)), READ_TIMEOUT);
    }

    /** The settings of PostgreSQL that are kept for all nodes. */
    public Json.Fields config() {
        return call("GET", "/api/v1/config", Optional.empty(), READ_TIMEOUT);
    }

    /** This cluster, and those that were made known to it. */
    public Json.Fields clusters() {
        return call("GET", "/api/v1/clusters", Optional.empty(), READ_TIMEOUT);
    }

    /** The databases that are not simply in this cluster. */
    public Json.Fields databases() {
        return call("GET", "/api/v1/databases", Optional.empty(), READ_TIMEOUT);
    }

    /** What is to be done later, and what became of what was. */
    public Json.Fields schedules() {
        return call("GET", "/api/v1/schedules", Optional.empty(), READ_TIMEOUT);
    }

    /** Has an operation begin at that time. */
    public Json.Fields schedule(Instant at, Json.Fields operation) {
        Json.Fields body = Json.fields("at", Json.of(at.toString()), "operation", operation);
        return call("POST", "/api/v1/schedules", Optional.of(JsonWriter.compact(body)), READ_TIMEOUT);
    }

    public Json.Fields cancelSchedule(String id) {
        return call("DELETE", "/api/v1/schedules/" + id, Optional.empty(), READ_TIMEOUT);
    }

    /** Starts an operation and returns its identifier. */
    public String start(Json.Fields operation) {
        Json.Fields accepted =
                call("POST", "/api/v1/operations", Optional.of(JsonWriter.compact(operation)), READ_TIMEOUT);
        return Optional.of(accepted.shown("id"))
                .filter(id -> !id.isEmpty())
                .orElseThrow(() -> strange("it accepted an operation without naming it"));
    }

    /** The operation with the events after the given sequence; returns early when there is one, else after the wait. */
    public Json.Fields operation(String id, long afterSequence, Duration wait) {
        return call(
                "GET",
                "/api/v1/operations/%s?after=%d&wait_ms=%d".formatted(id, afterSequence, wait.toMillis()),
                Optional.empty(),
                wait.plus(READ_TIMEOUT));
    }

    private Json.Fields call(String method, String path, Optional<String> body, Duration readTimeout) {
        HttpAnswer answer;
        try {
            answer = http.send(method, base.resolve(path), token, body, readTimeout);
        } catch (HttpException e) {
            throw new CliException(
                            e.isTimeout() ? ExitCode.TIMEOUT : ExitCode.UNREACHABLE,
                            "the admin process does not answer",
                            String.valueOf(e.getMessage()))
                    .causedBy(e);
        }
        if (!answer.isSuccess()) {
            throw refusal(answer, method + " " + path);
        }
        try {
            return JsonReader.readFields(answer.body());
        } catch (InvalidJsonException e) {
            throw strange(String.valueOf(e.getMessage())).causedBy(e);
        }
    }

    private CliException strange(String why) {
        return new CliException(ExitCode.FAILED, "the admin process at %s gave a strange answer".formatted(base), why);
    }

    private CliException refusal(HttpAnswer answer, String request) {
        Json.Fields problem;
        try {
            problem = JsonReader.readFields(answer.body());
        } catch (InvalidJsonException e) {
            problem = Json.Fields.EMPTY;
        }
        ExitCode exitCode = switch (answer.status()) {
            case 401, 403 -> ExitCode.DENIED;
            case 404 -> ExitCode.NOT_FOUND;
            case 409, 412 -> ExitCode.CONFLICT;
            case 408, 504 -> ExitCode.TIMEOUT;
            default -> ExitCode.FAILED;
        };
        return describe(exitCode, problem, "the admin process refused: %s gave %d".formatted(request, answer.status()));
    }

    /** A failure in the words of a problem document or of an operation's error. */
    public static CliException describe(ExitCode exitCode, Json.Fields problem, String otherwise) {
        List<String> next =
                problem.text("hint").filter(hint -> !hint.isBlank()).stream().toList();
        return new CliException(
                exitCode,
                problem.text("title").orElse(otherwise),
                problem.text("detail").orElse(""),
                next,
                problem.texts("log_tail"));
    }
}
