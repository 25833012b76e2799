package io.howdah.server.node;

import com.google.errorprone.annotations.ThreadSafe;
import io.howdah.kernel.election.Input;
import io.howdah.kernel.model.NodeId;
import io.howdah.server.node.NodeHttp.OrderAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes an operator's orders about who is a member and who must lead, hands them to the election and answers when it is
 * known how they ended.
 *
 * <p>Any thread; the orders block their caller.
 */
@ThreadSafe
final class MemberDesk {
    private static final Logger LOG = LoggerFactory.getLogger(MemberDesk.class);
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final long LIMIT_SECONDS = 40;

    private record Outcome(boolean done, String words) {}

    private final NodeId self;
    private final Consumer<Input> core;
    private final Map<String, CompletableFuture<Outcome>> waiting = new ConcurrentHashMap<>();

    MemberDesk(NodeId self, Consumer<Input> core) {
        this.self = self;
        this.core = core;
    }

    /** How a request ended; called by the agent. */
    void report(String request, boolean done, String words) {
        LOG.info("{}: {}", request, words);
        CompletableFuture<Outcome> answer = waiting.remove(request);
        if (answer != null) {
            answer.complete(new Outcome(done, words));
        }
    }

    /** {@code {"node":"node3"}}: the leader takes this node out of the rule. */
    OrderAnswer remove(String body) {
        return order(
                body,
                "the removal",
                document -> request -> new Input.RemoveMember(
                        request, new NodeId(document.path("node").stringValue(""))));
    }

    /** {@code {"voices":[...],"members":[...],"accept_data_loss":true,"reason":"..."}}: this node leads from now on. */
    OrderAnswer force(String body) {
        return order(
                body,
                "the forced election",
                document -> request -> new Input.ForceLeadership(
                        request,
                        nodes(document.path("voices")),
                        nodes(document.path("members")),
                        document.path("founding").booleanValue(false),
                        document.path("accept_data_loss").booleanValue(false),
                        document.path("reason").stringValue("an operator's order")));
    }

    private OrderAnswer order(String body, String what, Function<JsonNode, Function<String, Input>> reading) {
        String request = what.replace("the ", "") + " " + UUID.randomUUID();
        Input input;
        try {
            input = reading.apply(MAPPER.readTree(body)).apply(request);
        } catch (JacksonException | IllegalArgumentException e) {
            return OrderAnswer.problem(
                    400, "the request is not understood", String.valueOf(e.getMessage()), "look at the node's log");
        }
        CompletableFuture<Outcome> answer = new CompletableFuture<>();
        waiting.put(request, answer);
        core.accept(input);
        try {
            Outcome outcome = answer.get(LIMIT_SECONDS, TimeUnit.SECONDS);
            if (!outcome.done()) {
                return OrderAnswer.problem(
                        409, what + " was refused", outcome.words(), "look at 'howdah status', then try again");
            }
            ObjectNode document = MAPPER.createObjectNode();
            document.put("node", self.value());
            document.put("words", outcome.words());
            return new OrderAnswer(200, MAPPER.writeValueAsString(document));
        } catch (TimeoutException e) {
            return OrderAnswer.problem(
                    503,
                    what + " did not end in time",
                    "too few members confirm it; it may still happen",
                    "look at 'howdah status'");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return OrderAnswer.problem(503, "the node stops", "it was told to", "ask again");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } finally {
            waiting.remove(request);
        }
    }

    private static SortedSet<NodeId> nodes(JsonNode array) {
        List<NodeId> nodes = new ArrayList<>();
        for (JsonNode item : array) {
            nodes.add(new NodeId(item.stringValue("")));
        }
        return new TreeSet<>(nodes);
    }
}
