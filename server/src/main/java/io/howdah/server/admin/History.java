package io.howdah.server.admin;

import io.howdah.kernel.model.NodeStatus;
import io.howdah.postgres.client.ConnectOptions;
import io.howdah.postgres.client.Credential;
import io.howdah.postgres.client.Endpoint;
import io.howdah.postgres.client.PostgresClient;
import io.howdah.postgres.client.PostgresConnectionException;
import io.howdah.postgres.client.PostgresException;
import io.howdah.postgres.client.Row;
import io.howdah.postgres.process.PromotionTable;
import io.howdah.server.http.Problem;
import io.howdah.server.http.ProblemException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Who led when, why that changed, and who was a member: the rules as the leaders wrote them into the replicated log. Read from
 * the leader, or from a standby while there is none.
 */
final class History {
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration READ = Duration.ofSeconds(5);
    /** Among so many changes of leader. */
    private static final int SWITCHOVERS = 50;

    private static final String NEWEST_FIRST = """
            SELECT term, subterm, leader, array_to_string(members, ',') AS members, timeline, reason,
                   to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at
            FROM howdah.rule_history ORDER BY term DESC, subterm DESC LIMIT $1::int""";

    private final ClusterSnapshot snapshot;
    private final String password;

    History(ClusterSnapshot snapshot, String password) {
        this.snapshot = snapshot;
        this.password = password;
    }

    /** How long nothing could be written in each switchover, the newest first. */
    List<Long> switchoverMillis() {
        return read(client -> new PromotionTable(client)
                .newest(SWITCHOVERS).stream()
                        .filter(entry -> entry.kind().equals("switchover"))
                        .map(entry -> entry.phases().outage())
                        .toList());
    }

    ArrayNode newest(int limit) {
        return read(client -> newest(client, limit));
    }

    private <T> T read(Function<PostgresClient, T> query) {
        NodeStatus source = snapshot.nodes().stream()
                .flatMap(node -> node.fresh().stream())
                .filter(status -> status.position().isPresent())
                .min(Comparator.comparing((NodeStatus status) -> !status.gateOpen())
                        .thenComparingLong(NodeStatus::lagBytes)
                        .thenComparing(NodeStatus::node))
                .orElseThrow(() -> unreadable(
                        "no node has a running PostgreSQL: " + String.join("; ", snapshot.problems()), "howdah up"));
        ConnectOptions options = ConnectOptions.of(
                        new Endpoint.Tcp(source.host(), source.postgresPort()),
                        "postgres",
                        "postgres",
                        new Credential.Password(password))
                .withApplicationName("howdah-history")
                .withTimeouts(CONNECT, READ);
        try (PostgresClient client = PostgresClient.connect(options)) {
            return query.apply(client);
        } catch (PostgresException | PostgresConnectionException e) {
            throw unreadable("%s: %s".formatted(source.node(), e.getMessage()), "try again");
        }
    }

    private static ProblemException unreadable(String why, String hint) {
        return new ProblemException(new Problem(503, "no_node", "The history cannot be read", why, hint, true));
    }

    private static ArrayNode newest(PostgresClient client, int limit) {
        Map<Long, PromotionTable.Entry> promotions = new HashMap<>();
        new PromotionTable(client)
                .newest(limit)
                .forEach(entry -> promotions.put(entry.term().value(), entry));
        ArrayNode rules = Json.array();
        for (Row row : client.query(NEWEST_FIRST, List.of(Optional.of(Integer.toString(limit))))) {
            // Later rules of a term change its members, not its leader.
            Optional<PromotionTable.Entry> promotion = row.integer("subterm") == 1
                    ? Optional.ofNullable(promotions.get(row.number("term")))
                    : Optional.empty();
            ObjectNode rule = rules.addObject()
                    .put("term", row.number("term"))
                    .put("subterm", row.integer("subterm"))
                    .put("leader", row.text("leader"))
                    .put("timeline", row.integer("timeline"))
                    .put("reason", row.text("reason"))
                    .put("at", row.text("at"));
            ArrayNode members = rule.putArray("members");
            for (String member : row.text("members").split(",")) {
                members.add(member);
            }
            rule.set("promotion", promotion.<JsonNode>map(History::promotion).orElseGet(Json::nothing));
        }
        return rules;
    }

    private static ObjectNode promotion(PromotionTable.Entry entry) {
        PromotionTable.Phases phases = entry.phases();
        ObjectNode json = Json.object()
                .put("kind", entry.kind())
                .put("from", entry.from().isEmpty() ? null : entry.from())
                .put("to", entry.to())
                .put("outage_ms", phases.outage());
        json.putObject("phases")
                .put("held_ms", phases.held())
                .put("detected_ms", phases.detected())
                .put("elected_ms", phases.elected())
                .put("promoted_ms", phases.promoted())
                .put("confirmed_ms", phases.confirmed())
                .put("opened_ms", phases.opened());
        return json;
    }
}
