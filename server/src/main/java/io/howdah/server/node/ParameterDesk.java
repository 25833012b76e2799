package io.howdah.server.node;

import io.howdah.postgres.client.PostgresClient;
import io.howdah.postgres.client.PostgresConnectionException;
import io.howdah.postgres.client.PostgresException;
import io.howdah.postgres.process.ConfigurationCheck;
import io.howdah.postgres.process.PostgresProcessException;
import io.howdah.server.node.NodeHttp.OrderAnswer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Judges settings of PostgreSQL before they are written down for all nodes, and puts them into effect on this one. Any thread,
 * one at a time; blocks its caller.
 */
final class ParameterDesk {
    private static final Logger LOG = LoggerFactory.getLogger(ParameterDesk.class);
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    /**
     * A standby must have at least what its primary has had (manual: "Hot Standby", section "Administrator's Overview").
     * Howdah starts every node as a standby, a former primary too.
     */
    static final List<String> BOUND_BY_THE_LOG = List.of(
            "max_connections",
            "max_worker_processes",
            "max_wal_senders",
            "max_prepared_transactions",
            "max_locks_per_transaction");

    private final ManagedInstance instance;
    private final ConfigurationCheck check;
    private final UnaryOperator<Map<String, String>> withOwn;
    private final Runnable reload;

    /**
     * @param withOwn adds what is this node's own, such as its delay
     * @param reload reads what is kept for all nodes again, and has PostgreSQL do so
     */
    ParameterDesk(
            ManagedInstance instance,
            ConfigurationCheck check,
            UnaryOperator<Map<String, String>> withOwn,
            Runnable reload) {
        this.instance = instance;
        this.check = check;
        this.withOwn = withOwn;
        this.reload = reload;
    }

    /** {@code {"settings":{"work_mem":"64MB"}}}: whether PostgreSQL here would go on, and start again, with these. */
    synchronized OrderAnswer check(String body) {
        Map<String, String> settings = new LinkedHashMap<>();
        try {
            JsonNode document = MAPPER.readTree(body).path("settings");
            document.properties()
                    .forEach(entry ->
                            settings.put(entry.getKey(), entry.getValue().stringValue("")));
        } catch (JacksonException e) {
            return OrderAnswer.problem(
                    400, "the request is not understood", e.getOriginalMessage(), "send {\"settings\":{}}");
        }
        Optional<String> objection = objection(withOwn.apply(settings));
        return objection.isEmpty()
                ? new OrderAnswer(200, "{}")
                : OrderAnswer.problem(
                        409, "The settings are refused", objection.get(), "nothing was changed; correct the value");
    }

    private Optional<String> objection(Map<String, String> settings) {
        try {
            List<String> values = check.read(settings, BOUND_BY_THE_LOG);
            Set<String> changes = check.changes(settings);
            boolean restarts = true;
            try (PostgresClient client = client()) {
                for (int i = 0; i < values.size(); i++) {
                    Optional<String> lowered = lowered(client, BOUND_BY_THE_LOG.get(i), values.get(i));
                    if (lowered.isPresent()) {
                        return lowered;
                    }
                }
                restarts = waitsForStart(client, changes);
            } catch (PostgresException | PostgresConnectionException e) {
                LOG.info("PostgreSQL does not answer, so the settings are tried on their own: {}", e.getMessage());
            }
            if (restarts && !changes.isEmpty()) {
                check.tryOut(settings);
            }
            return Optional.empty();
        } catch (PostgresProcessException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static Optional<String> lowered(PostgresClient client, String name, String wanted) {
        String present = client.query("select current_setting($1) as value", List.of(Optional.of(name)))
                .getFirst()
                .text("value");
        return Long.parseLong(wanted) >= Long.parseLong(present)
                ? Optional.empty()
                : Optional.of(
                        "%s cannot be lowered from %s to %s: PostgreSQL starts no standby with less than the log was"
                                        .formatted(name, present, wanted)
                                + " written under, and every node starts as a standby");
    }

    /** Whether any of these is looked at in full only when PostgreSQL starts. */
    private static boolean waitsForStart(PostgresClient client, Set<String> names) {
        for (String name : names) {
            boolean reloads =
                    client.query("select context from pg_settings where name = $1", List.of(Optional.of(name))).stream()
                            .anyMatch(row -> !row.text("context").equals("postmaster"));
            if (!reloads || name.startsWith("ssl")) {
                return true;
            }
        }
        return false;
    }

    /** Puts what is kept for all nodes into effect; answers which of it waits for a restart. */
    synchronized OrderAnswer apply() {
        Optional<String> before = loadTime();
        reload.run();
        ObjectNode answer = MAPPER.createObjectNode();
        ArrayNode pending = answer.putArray("pending_restart");
        try {
            long deadlineNanos = System.nanoTime() + LIMIT.toNanos();
            while (before.isPresent() && loadTime().equals(before) && System.nanoTime() < deadlineNanos) {
                Thread.sleep(LOOK_AGAIN);
            }
            try (PostgresClient client = client()) {
                client.query("select name from pg_settings where pending_restart order by name")
                        .forEach(row -> pending.add(row.text("name")));
            }
        } catch (PostgresException | PostgresConnectionException e) {
            // It starts with the new settings when it starts.
            LOG.info("PostgreSQL does not answer; what waits for a restart is not known: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return OrderAnswer.problem(503, "the node stops", "it was told to", "ask again");
        }
        return new OrderAnswer(200, MAPPER.writeValueAsString(answer));
    }

    /** On a new connection: an old one may not have heard of the reload yet. */
    private Optional<String> loadTime() {
        try (PostgresClient client = client()) {
            return Optional.of(client.query("select pg_conf_load_time()::text as loaded")
                    .getFirst()
                    .text("loaded"));
        } catch (PostgresException | PostgresConnectionException e) {
            return Optional.empty();
        }
    }

    private PostgresClient client() {
        return PostgresClient.connect(instance.options("howdah settings").withTimeouts(LIMIT, LIMIT));
    }
}
