package io.howdah.server.node;

import com.google.errorprone.annotations.ThreadSafe;
import io.howdah.kernel.election.Input;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.NodeStatus;
import io.howdah.kernel.model.Role;
import io.howdah.server.node.NodeHttp.OrderAnswer;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Takes the order to copy this node's data anew and answers when the copy has begun: from then on the promise says so, and
 * the node has no voice until its log has passed what the leader had when it began.
 */
@ThreadSafe
final class RebuildDesk {
    private static final long LIMIT_SECONDS = 20;

    private final NodeId self;
    private final StatusBoard board;
    private final Rejoin rejoin;
    private final Consumer<Input> core;

    RebuildDesk(NodeId self, StatusBoard board, Rejoin rejoin, Consumer<Input> core) {
        this.self = self;
        this.board = board;
        this.rejoin = rejoin;
        this.core = core;
    }

    /** {@code {"from":"node2","discard":false}}, or {@code {"backup":"/directory"}} */
    OrderAnswer run(String body) {
        CompletableFuture<String> begun = new CompletableFuture<>();
        Rebuild order;
        try {
            JsonNode document = JsonMapper.shared().readTree(body.isBlank() ? "{}" : body);
            order = new Rebuild(
                    document.path("from").stringValueOpt().map(NodeId::new),
                    document.path("backup").stringValueOpt().map(Path::of),
                    document.path("discard").booleanValue(false),
                    begun);
        } catch (JacksonException | IllegalArgumentException e) {
            return OrderAnswer.problem(
                    400, "the request is not understood", String.valueOf(e.getMessage()), "send {\"from\":\"node2\"}");
        }
        NodeStatus status = board.latest();
        boolean leads = status.role() == Role.PRIMARY
                || status.leader().filter(self::equals).isPresent();
        if (leads) {
            return OrderAnswer.problem(
                    409,
                    self + " leads",
                    "a leader's data is what the others copy",
                    "switch over to another node first");
        }
        rejoin.rebuild(order);
        core.accept(new Input.Refollow());
        try {
            String words = begun.get(LIMIT_SECONDS, TimeUnit.SECONDS);
            return new OrderAnswer(
                    200,
                    JsonMapper.shared()
                            .writeValueAsString(
                                    JsonMapper.shared().createObjectNode().put("words", words)));
        } catch (TimeoutException e) {
            return OrderAnswer.problem(
                    503,
                    "the rebuild has not begun yet",
                    "there is no leader to copy from, or other work goes on: " + status.reason(),
                    "look at 'howdah status'; it begins as soon as it can");
        } catch (ExecutionException e) {
            return OrderAnswer.problem(
                    409,
                    "the rebuild was refused",
                    String.valueOf(
                            e.getCause() == null ? e.getMessage() : e.getCause().getMessage()),
                    "look at 'howdah status'");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return OrderAnswer.problem(503, "the node stops", "it was told to", "ask again");
        }
    }
}
