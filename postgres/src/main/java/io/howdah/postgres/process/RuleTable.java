package io.howdah.postgres.process;

import io.howdah.kernel.model.ClusterId;
import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.model.Rule;
import io.howdah.kernel.model.Term;
import io.howdah.kernel.model.TimelineId;
import io.howdah.postgres.client.PostgresClient;
import io.howdah.postgres.client.Row;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The rule as a row in the cluster's own log, and all rules before it. Belongs to the thread of its connection.
 *
 * <p>Writing is an ordinary commit: on a primary with synchronous standbys it returns when a majority has it.
 */
public final class RuleTable {
    /**
     * Lets this session write rules. The triggers refuse everybody else: a rule that was edited by hand would change who may
     * elect and whose confirmations count, on all nodes at once and without any of the steps that make it safe.
     */
    public static final String PERMIT = "SET howdah.rule_writer = 'yes'";

    private static final List<String> DEFINITION = List.of(
            "CREATE SCHEMA IF NOT EXISTS howdah",
            """
            CREATE TABLE IF NOT EXISTS howdah.rule (
                cluster_id text NOT NULL,
                term bigint NOT NULL,
                subterm int NOT NULL,
                leader text NOT NULL,
                members text[] NOT NULL,
                timeline int NOT NULL,
                reason text NOT NULL,
                created_at timestamptz NOT NULL DEFAULT clock_timestamp())""",
            "CREATE UNIQUE INDEX IF NOT EXISTS rule_single ON howdah.rule ((true))",
            """
            CREATE TABLE IF NOT EXISTS howdah.rule_history (
                LIKE howdah.rule INCLUDING DEFAULTS,
                PRIMARY KEY (cluster_id, term, subterm))""",
            """
            CREATE OR REPLACE FUNCTION howdah.refuse_editing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF current_setting('howdah.rule_writer', true) IS DISTINCT FROM 'yes' THEN
                    RAISE EXCEPTION 'only the nodes of this cluster write % in schema howdah', TG_TABLE_NAME
                    USING ERRCODE = 'insufficient_privilege',
                          HINT = 'Change the members by "howdah node add" and "howdah node remove".';
                END IF;
                RETURN coalesce(NEW, OLD);
            END $$""",
            refusal("rule", "INSERT OR UPDATE OR DELETE", "ROW"),
            refusal("rule", "TRUNCATE", "STATEMENT"),
            refusal("rule_history", "INSERT OR UPDATE OR DELETE", "ROW"),
            refusal("rule_history", "TRUNCATE", "STATEMENT"));

    private static final String EXISTS = "SELECT to_regclass('howdah.rule') IS NOT NULL AS present";

    private static final String READ =
            "SELECT cluster_id, term, subterm, leader, array_to_string(members, ',') AS members, timeline FROM howdah.rule";

    private static final String WRITE = """
            WITH written AS (
                INSERT INTO howdah.rule (cluster_id, term, subterm, leader, members, timeline, reason)
                SELECT $1, $2::bigint, $3::int, $4, string_to_array($5, ','), $6::int, $7
                  FROM set_config('howdah.rule_writer', 'yes', true)
                ON CONFLICT ((true)) DO UPDATE
                SET cluster_id = excluded.cluster_id, term = excluded.term, subterm = excluded.subterm, leader = excluded.leader,
                    members = excluded.members, timeline = excluded.timeline, reason = excluded.reason,
                    created_at = excluded.created_at
                WHERE rule.cluster_id <> excluded.cluster_id
                   OR (rule.term, rule.subterm) < (excluded.term, excluded.subterm)
                RETURNING *)
            INSERT INTO howdah.rule_history SELECT * FROM written RETURNING term""";

    private final PostgresClient client;
    private final ClusterId cluster;

    public RuleTable(PostgresClient client, ClusterId cluster) {
        this.client = client;
        this.cluster = cluster;
    }

    /** The statements that {@link #create} runs, each on one line as single-user mode reads them. */
    public static List<String> definition() {
        return Stream.concat(DEFINITION.stream(), PromotionTable.DEFINITION.stream())
                .map(statement -> statement.replaceAll("\\s+", " ").strip())
                .toList();
    }

    /** Keeps everybody but the nodes from changing a table of theirs. */
    static String refusal(String table, String events, String each) {
        return "CREATE OR REPLACE TRIGGER refuse_%s BEFORE %s ON howdah.%s FOR EACH %s EXECUTE FUNCTION howdah.refuse_editing()"
                .formatted(each.toLowerCase(Locale.ROOT), events, table, each);
    }

    /** Creates schema and tables where they are missing; needs a primary. */
    public void create() {
        definition().forEach(client::execute);
    }

    /**
     * Writes a rule. It must be newer than the one that is there, or replace another cluster's, whose data this was;
     * throws otherwise and changes nothing.
     */
    public void write(Rule rule, String reason) {
        List<Row> rows = client.query(
                WRITE,
                List.of(
                        Optional.of(cluster.value()),
                        Optional.of(Long.toString(rule.term().value())),
                        Optional.of(Integer.toString(rule.subterm())),
                        Optional.of(rule.leader().value()),
                        Optional.of(rule.members().stream().map(NodeId::value).collect(Collectors.joining(","))),
                        Optional.of(Integer.toString(rule.timeline().value())),
                        Optional.of(reason)));
        if (rows.isEmpty()) {
            throw new PostgresProcessException(
                    "the rule %s is not newer than the one that is there: %s".formatted(rule, read()));
        }
    }

    /**
     * The newest rule of this cluster in the server's log, confirmed or not. Empty before the first, and while the data is
     * a copy of another cluster's: its rules say nothing about the nodes of this one.
     */
    public Optional<Rule> read() {
        if (!client.query(EXISTS).getFirst().flag("present")) {
            return Optional.empty();
        }
        return client.query(READ).stream()
                .filter(row -> row.text("cluster_id").equals(cluster.value()))
                .findFirst()
                .map(RuleTable::parse);
    }

    private static Rule parse(Row row) {
        return new Rule(
                new Term(row.number("term")),
                row.integer("subterm"),
                new NodeId(row.text("leader")),
                Arrays.stream(row.text("members").split(","))
                        .map(NodeId::new)
                        .collect(Collectors.toCollection(TreeSet::new)),
                new TimelineId(row.integer("timeline")));
    }
}
