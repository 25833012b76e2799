package io.howdah.postgres.process;

import io.howdah.kernel.model.Term;
import io.howdah.postgres.client.PostgresClient;
import io.howdah.postgres.client.Row;
import java.util.List;
import java.util.Optional;

/**
 * How each leader came to lead and how long each step took, as rows in the cluster's own log. Belongs to the thread of its
 * connection. Nothing is decided by it.
 */
public final class PromotionTable {
    /**
     * One change of leader.
     *
     * @param kind switchover, failover, forced, or restart when the same node leads again
     * @param from the leader before; empty when there was none
     */
    public record Entry(Term term, String kind, String cause, String from, String to, Phases phases) {}

    /**
     * What the outage consisted of, in milliseconds and in this order.
     *
     * @param held statements were held until the old leader's PostgreSQL had stopped
     * @param detected nothing was heard of the old leader
     * @param elected a majority swore and a winner was named
     * @param promoted PostgreSQL left recovery
     * @param confirmed a majority flushed the first row of the term
     * @param opened clients were let in
     */
    public record Phases(long held, long detected, long elected, long promoted, long confirmed, long opened) {
        public long outage() {
            return held + detected + elected + promoted + confirmed + opened;
        }
    }

    private static final String NAME = "howdah.promotion";

    /** For clusters that were made before there was this table; a new one has it from the beginning. */
    static final List<String> DEFINITION = List.of(
            """
            CREATE TABLE IF NOT EXISTS howdah.promotion (
                term bigint PRIMARY KEY,
                kind text NOT NULL,
                cause text NOT NULL,
                from_node text NOT NULL,
                to_node text NOT NULL,
                held_ms bigint NOT NULL,
                detected_ms bigint NOT NULL,
                elected_ms bigint NOT NULL,
                promoted_ms bigint NOT NULL,
                confirmed_ms bigint NOT NULL,
                opened_ms bigint NOT NULL,
                recorded_at timestamptz NOT NULL DEFAULT clock_timestamp())""",
            RuleTable.refusal("promotion", "INSERT OR UPDATE OR DELETE", "ROW"),
            RuleTable.refusal("promotion", "TRUNCATE", "STATEMENT"));

    private static final String EXISTS = "SELECT to_regclass('" + NAME + "') IS NOT NULL AS present";

    private static final String WRITE = """
            INSERT INTO howdah.promotion (term, kind, cause, from_node, to_node,
                   held_ms, detected_ms, elected_ms, promoted_ms, confirmed_ms, opened_ms)
            SELECT $1::bigint, $2, $3, $4, $5,
                   $6::bigint, $7::bigint, $8::bigint, $9::bigint, $10::bigint, $11::bigint
              FROM set_config('howdah.rule_writer', 'yes', true)
            ON CONFLICT (term) DO NOTHING""";

    private static final String NEWEST_FIRST = "SELECT * FROM howdah.promotion ORDER BY term DESC LIMIT $1::int";

    private final PostgresClient client;

    public PromotionTable(PostgresClient client) {
        this.client = client;
    }

    /** Adds an entry; the table is made when it is missing. Needs a primary. */
    public void write(Entry entry) {
        if (!isPresent()) {
            DEFINITION.forEach(client::execute);
        }
        Phases phases = entry.phases();
        client.query(
                WRITE,
                List.of(
                        Optional.of(entry.term().toString()),
                        Optional.of(entry.kind()),
                        Optional.of(entry.cause()),
                        Optional.of(entry.from()),
                        Optional.of(entry.to()),
                        number(phases.held()),
                        number(phases.detected()),
                        number(phases.elected()),
                        number(phases.promoted()),
                        number(phases.confirmed()),
                        number(phases.opened())));
    }

    /** The newest entries; nothing where the table is missing. */
    public List<Entry> newest(int limit) {
        return isPresent()
                ? client.query(NEWEST_FIRST, List.of(number(limit))).stream()
                        .map(PromotionTable::parse)
                        .toList()
                : List.of();
    }

    private boolean isPresent() {
        return client.query(EXISTS).getFirst().flag("present");
    }

    private static Entry parse(Row row) {
        return new Entry(
                new Term(row.number("term")),
                row.text("kind"),
                row.text("cause"),
                row.text("from_node"),
                row.text("to_node"),
                new Phases(
                        row.number("held_ms"),
                        row.number("detected_ms"),
                        row.number("elected_ms"),
                        row.number("promoted_ms"),
                        row.number("confirmed_ms"),
                        row.number("opened_ms")));
    }

    private static Optional<String> number(long value) {
        return Optional.of(Long.toString(value));
    }
}
