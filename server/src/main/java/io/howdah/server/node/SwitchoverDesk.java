package io.howdah.server.node;

import com.google.errorprone.annotations.ThreadSafe;
import io.howdah.kernel.election.Effect;
import io.howdah.kernel.election.Input;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeStatus;
import io.howdah.server.node.NodeHttp.SwitchoverAnswer;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
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

    private final NodeId self;
    private final StatusBoard board;
    private final Runnable checkpoint;
    private final Consumer<Input> core;
    private final LongSupplier clockMillis;
    private final Map<String, CompletableFuture<Effect.ReportSwitchover>> waiting = new ConcurrentHashMap<>();
    private volatile long drainedAtMillis; // written by the agent when clients begin to wait, read when they go on

    SwitchoverDesk(
            NodeId self, StatusBoard board, Runnable checkpoint, Consumer<Input> core, LongSupplier clockMillis) {
        this.self = self;
        this.board = board;
        this.checkpoint = checkpoint;
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

    SwitchoverAnswer run(String body) {
        Optional<NodeId> target;
        try {
            target = target(body);
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
        // A short checkpoint now keeps the one at shutdown short, while clients wait.
        checkpoint.run();
        String request = UUID.randomUUID().toString();
        CompletableFuture<Effect.ReportSwitchover> answer = new CompletableFuture<>();
        waiting.put(request, answer);
        core.accept(new Input.SwitchoverRequested(request, target));
        try {
            return answered(answer.get(LIMIT_SECONDS, TimeUnit.SECONDS));
        } catch (TimeoutException e) {
            return problem(503, "the switchover did not end in time", "no leader was seen", "look at howdah status");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return problem(503, "the node stops", "it was told to", "ask again");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } finally {
            waiting.remove(request);
        }
    }

    private SwitchoverAnswer answered(Effect.ReportSwitchover report) {
        return switch (report.outcome()) {
            case DONE, LED_ELSEWHERE -> {
                ObjectNode document = MAPPER.createObjectNode();
                document.put("from", self.value());
                document.put("to", report.leader().map(NodeId::value).orElse(""));
                document.put("term", report.term().value());
                document.put("outage_ms", clockMillis.getAsLong() - drainedAtMillis);
                yield new SwitchoverAnswer(200, MAPPER.writeValueAsString(document));
            }
            case REFUSED ->
                problem(
                        409,
                        "the switchover was refused",
                        report.words(),
                        report.words().contains("is tagged")
                                ? "choose another target, or take the tag away: 'howdah node tag NODE never-leader='"
                                : "choose another target or wait for it");
            case ABORTED ->
                problem(409, "the switchover was called off", report.words(), "the old leader serves on; try again");
            case TIMED_OUT -> problem(503, "nobody was seen to lead in time", report.words(), "look at howdah status");
        };
    }

    private static Optional<NodeId> target(String body) {
        JsonNode target = MAPPER.readTree(body.isBlank() ? "{}" : body).path("target");
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
