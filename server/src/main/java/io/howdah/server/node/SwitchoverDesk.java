package io.howdah.server.node;

import com.google.errorprone.annotations.ThreadSafe;
import io.howdah.kernel.election.Candidacy;
import io.howdah.kernel.election.Effect;
import io.howdah.kernel.election.Input;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeStatus;
import io.howdah.server.node.NodeHttp.SwitchoverAnswer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes a person's wish for another leader, hands it to the election and answers when it is known how it ended.
 *
 * <p>Any thread; {@link #run} blocks its caller.
 */
@ThreadSafe
final class SwitchoverDesk {
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final long LIMIT_SECONDS = 45;

    /** So long a gateway may take to connect to the successor; the leader serves meanwhile. */
    private static final Duration PREPARATION_LIMIT = Duration.ofSeconds(2);

    private final NodeId self;
    private final StatusBoard board;
    private final Runnable checkpoint;
    private final Herald herald;
    private final Consumer<Input> core;
    private final LongSupplier clockMillis;
    private final Map<String, CompletableFuture<Effect.ReportSwitchover>> waiting = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<Effect.ReportPreflight>> asking = new ConcurrentHashMap<>();
    private volatile long drainedAtMillis; // written by the agent when clients begin to wait, read when they go on

    SwitchoverDesk(
            NodeId self,
            StatusBoard board,
            Runnable checkpoint,
            Herald herald,
            Consumer<Input> core,
            LongSupplier clockMillis) {
        this.self = self;
        this.board = board;
        this.checkpoint = checkpoint;
        this.herald = herald;
        this.core = core;
        this.clockMillis = clockMillis;
    }

    /** Clients begin to wait. */
    void drainStarted() {
        drainedAtMillis = clockMillis.getAsLong();
    }

    void report(Effect.ReportSwitchover report) {
        CompletableFuture<Effect.ReportSwitchover> answer = waiting.remove(report.request());
        if (answer != null) {
            answer.complete(report);
        }
    }

    void report(Effect.ReportPreflight report) {
        CompletableFuture<Effect.ReportPreflight> answer = asking.remove(report.request());
        if (answer != null) {
            answer.complete(report);
        }
    }

    /** {@code {"target":"node2"}}, {@code {"target":null}}, and with {@code "dry_run":true} the question how it would go. */
    SwitchoverAnswer run(String body) {
        Optional<NodeId> target;
        boolean dryRun;
        try {
            JsonNode document = MAPPER.readTree(body.isBlank() ? "{}" : body);
            target = target(document);
            dryRun = document.path("dry_run").booleanValue(false);
        } catch (JacksonException | IllegalArgumentException e) {
            return problem(
                    400,
                    "the request is not understood",
                    String.valueOf(e.getMessage()),
                    "send {\"target\":\"node2\"}");
        }
        NodeStatus status = board.latest();
        if (!status.gateOpen()) {
            String leader = status.leader().map(NodeId::value).orElse("nobody");
            return problem(409, self + " does not lead", leader + " leads", "ask the leader");
        }
        return dryRun ? preflight() : handOver(target);
    }

    /** What can be done while clients are still served is done first: a short checkpoint at shutdown, connections that stand. */
    private SwitchoverAnswer handOver(Optional<NodeId> target) {
        Optional<NodeId> heir = heir(target);
        heir.ifPresent(herald::announce);
        try {
            checkpoint.run();
            if (heir.isPresent()) {
                herald.awaitGateways(PREPARATION_LIMIT);
            }
            String request = UUID.randomUUID().toString();
            return ask(
                    request, waiting, new Input.SwitchoverRequested(request, target), ended -> answered(ended, target));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return stopping();
        } finally {
            herald.withdraw();
        }
    }

    /** Who will take over as far as can be told; nobody when the wish will be refused. */
    private Optional<NodeId> heir(Optional<NodeId> target) {
        String request = UUID.randomUUID().toString();
        CompletableFuture<Effect.ReportPreflight> answer = new CompletableFuture<Effect.ReportPreflight>()
                .completeOnTimeout(
                        new Effect.ReportPreflight(request, List.of(), Optional.empty(), "no answer"),
                        PREPARATION_LIMIT.toMillis(),
                        TimeUnit.MILLISECONDS);
        asking.put(request, answer);
        core.accept(new Input.SwitchoverPreflight(request));
        Effect.ReportPreflight report = answer.join();
        asking.remove(request);
        boolean welcome = target.isEmpty()
                || report.candidates().stream()
                        .anyMatch(candidate -> candidate.node().equals(target.get()) && candidate.mayLead());
        return report.obstacle().isEmpty() && welcome ? target.or(report::choice) : Optional.empty();
    }

    private SwitchoverAnswer preflight() {
        String request = UUID.randomUUID().toString();
        return ask(request, asking, new Input.SwitchoverPreflight(request), this::answered);
    }

    private <T> SwitchoverAnswer ask(
            String request,
            Map<String, CompletableFuture<T>> pending,
            Input question,
            Function<T, SwitchoverAnswer> wording) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        pending.put(request, answer);
        core.accept(question);
        try {
            return wording.apply(answer.get(LIMIT_SECONDS, TimeUnit.SECONDS));
        } catch (TimeoutException e) {
            return problem(503, "the switchover did not end in time", "no leader was seen", "look at howdah status");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return stopping();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } finally {
            pending.remove(request);
        }
    }

    /** Who could take over, and what speaks against the others. */
    private SwitchoverAnswer answered(Effect.ReportPreflight report) {
        ObjectNode document = MAPPER.createObjectNode();
        document.put("from", self.value());
        document.put("to", report.choice().map(NodeId::value).orElse(null));
        document.put("obstacle", report.obstacle());
        ArrayNode candidates = document.putArray("candidates");
        for (Candidacy candidate : report.candidates()) {
            ObjectNode json = candidates
                    .addObject()
                    .put("node", candidate.node().value())
                    .put("may_lead", candidate.mayLead())
                    .put("unflushed_bytes", candidate.unflushedBytes())
                    .put("unreplayed_bytes", candidate.unreplayedBytes());
            ArrayNode objections = json.putArray("objections");
            for (Candidacy.Objection objection : candidate.objections()) {
                objections
                        .addObject()
                        .put("reason", objection.reason().name().toLowerCase(Locale.ROOT))
                        .put("words", objection.words());
            }
        }
        return new SwitchoverAnswer(200, MAPPER.writeValueAsString(document));
    }

    private SwitchoverAnswer answered(Effect.ReportSwitchover report, Optional<NodeId> asked) {
        return switch (report.outcome()) {
            case DONE -> done(report);
            case LED_ELSEWHERE -> {
                NodeId leader = report.leader().orElse(self);
                boolean welcome = asked.isEmpty() && !leader.equals(self);
                yield welcome
                        ? done(report)
                        : problem(
                                503,
                                "the switchover missed its target",
                                "%s did not take over in time and the nodes elected %s; nothing was lost"
                                        .formatted(asked.map(NodeId::value).orElse("the successor"), leader),
                                "look at the log of the node that should have led, then try again");
            }
            case REFUSED ->
                problem(
                        409,
                        "the switchover was refused",
                        report.words(),
                        "'howdah switchover --dry-run' shows who may take over and why others may not");
            case ABORTED ->
                problem(409, "the switchover was called off", report.words(), "the old leader serves on; try again");
            case TIMED_OUT -> problem(503, "nobody was seen to lead in time", report.words(), "look at howdah status");
        };
    }

    private SwitchoverAnswer done(Effect.ReportSwitchover report) {
        ObjectNode document = MAPPER.createObjectNode();
        document.put("from", self.value());
        document.put("to", report.leader().map(NodeId::value).orElse(""));
        document.put("term", report.term().value());
        document.put("outage_ms", clockMillis.getAsLong() - drainedAtMillis);
        return new SwitchoverAnswer(200, MAPPER.writeValueAsString(document));
    }

    private static SwitchoverAnswer stopping() {
        return problem(503, "the node stops", "it was told to", "ask again");
    }

    private static Optional<NodeId> target(JsonNode document) {
        JsonNode target = document.path("target");
        return target.isString() ? Optional.of(new NodeId(target.stringValue())) : Optional.empty();
    }

    private static SwitchoverAnswer problem(int status, String title, String detail, String hint) {
        ObjectNode document = MAPPER.createObjectNode();
        document.put("title", title);
        document.put("status", status);
        document.put("detail", detail);
        document.put("hint", hint);
        document.put("retryable", status == 503);
        return new SwitchoverAnswer(status, MAPPER.writeValueAsString(document));
    }
}
