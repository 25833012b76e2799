package io.howdah.server.admin;

import io.howdah.kernel.model.NodeStatus;
import io.howdah.postgres.client.ConnectOptions;
import io.howdah.postgres.client.Credential;
import io.howdah.postgres.client.Endpoint;
import io.howdah.postgres.client.PostgresClient;
import io.howdah.postgres.client.PostgresConnectionException;
import io.howdah.postgres.client.PostgresException;
import io.howdah.server.http.Problem;
import io.howdah.server.http.ProblemException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;

/**
 * Who led when, why that changed, and who was a member: the rules as the leaders wrote them into the replicated log. Read from
 * the leader, or from a standby while there is none.
 */
final class History {
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration READ = Duration.ofSeconds(5);
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

    ArrayNode newest(int limit) {
        NodeStatus source = snapshot.nodes().stream()
                .flatMap(node -> node.fresh().stream())
                .filter(status -> status.position().isPresent())
                .min(Comparator.comparing((NodeStatus status) -> !status.gateOpen())
                        .thenComparingLong(NodeStatus::lagBytes)
                        .thenComparing(NodeStatus::node))
                .orElseThrow(() -> new ProblemException(new Problem(
                        503,
                        "no_node",
                        "The history cannot be read",
                        "no node has a running PostgreSQL: " + String.join("; ", snapshot.problems()),
                        "howdah up",
                        true)));
        ConnectOptions options = ConnectOptions.of(
                        new Endpoint.Tcp(source.host(), source.postgresPort()),
                        "postgres",
                        "postgres",
                        new Credential.Password(password))
                .withApplicationName("howdah-history")
                .withTimeouts(CONNECT, READ);
        ArrayNode rules = Json.array();
        try (PostgresClient client = PostgresClient.connect(options)) {
            client.query(NEWEST_FIRST, List.of(Optional.of(Integer.toString(limit))))
                    .forEach(row -> {
                        var rule = rules.addObject()
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
                    });
        } catch (PostgresException | PostgresConnectionException e) {
            throw new ProblemException(new Problem(
                    503,
                    "no_node",
                    "The history cannot be read",
                    "%s: %s".formatted(source.node(), e.getMessage()),
                    "try again",
                    true));
        }
        return rules;
    }
}
