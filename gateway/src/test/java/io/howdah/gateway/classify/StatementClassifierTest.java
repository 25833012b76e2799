package io.howdah.gateway.classify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StatementClassifierTest {
    private final StatementClassifier classifier = new StatementClassifier();
    private final NameTable names = names();

    private static NameTable names() {
        NameTable.Builder builder = NameTable.builder()
                .harmlessFunction("count")
                .harmlessFunction("lower")
                .harmlessFunction("now")
                .harmlessFunction("left")
                .harmlessFunction("MixedCase")
                .harmlessFunction("grüße")
                .primaryFunction("nextval")
                .primaryFunction("txid_current")
                .primaryFunction("set_config")
                .volatileOperator("@@@")
                .complete();
        builder.primaryRelation("pg_stat_activity");
        builder.primaryRelation("session_cache");
        builder.primaryRelation("Unlogged");
        return builder.build();
    }

    private Judgment judgment(String sql) {
        byte[] text = sql.replace('⏎', '\n').getBytes(StandardCharsets.UTF_8);
        return classifier.classify(text, 0, text.length, names, true);
    }

    private Reason reason(String sql) {
        return judgment(sql).reason();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '→', quoteCharacter = '~', textBlock = """
            SELECT 1 → READ
            select lower(a), count(*) from t where b in (1, 2) and c = any ($1) group by a having count(*) > 1 → READ
            SELECT now() ; → READ
            ;; SELECT 1 ;; → READ
            ((SELECT 1) UNION (SELECT 2)) ORDER BY 1 → READ
            VALUES (1), (2) → READ
            TABLE accounts → READ
            WITH x(a, b) AS (SELECT 1, 2), y AS MATERIALIZED (SELECT 3) SELECT * FROM x, y → READ
            WITH RECURSIVE r(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT * FROM r → READ
            SELECT * FROM t AS f(a, b) → READ
            SELECT CAST(a AS numeric(10, 2)), b::varchar(3), c::numeric(3) FROM t → READ
            SELECT sum FROM t WHERE x = 'INSERT INTO t' → READ
            SELECT $$ DELETE FROM t; $$, $x$ UPDATE $$ t $x$ → READ
            SELECT $1, $2 FROM t → READ
            SELECT a$$b$$ FROM t → READ
            SELECT 'it''s; DELETE' → READ
            SELECT E'it\\'s; DELETE' → READ
            SELECT B'101', X'1F', N'x', U&'d\\0061t' → READ
            SELECT t.update, t.share, t.into FROM t → READ
            SELECT "update", "into" FROM t → READ
            /* a /* nested; DELETE */ comment */ SELECT 1 -- ; DELETE → READ
            EXPLAIN SELECT 1 → READ
            EXPLAIN VERBOSE SELECT 1 → READ
            EXPLAIN (COSTS OFF, VERBOSE) SELECT 1 → READ
            COPY t TO STDOUT → READ
            COPY t (a, b) TO STDOUT WITH (FORMAT csv, HEADER) → READ
            COPY (SELECT * FROM t) TO STDOUT → READ
            SELECT substring(a FROM 1 FOR 2), overlay(a PLACING b FROM 1 FOR 2), extract(year FROM c) FROM t → READ
            SELECT 1.5, 1., .5, 1e10 FROM t → READ
            SELECT "MixedCase"(1) → READ
            SELECT LOWER (a) /* x */ FROM t → READ
            SELECT lower /* x */ (a) FROM t → READ
            SELECT grüße(1) → READ
            """)
    void reads(String sql, Reason expected) {
        assertThat(reason(sql)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '→', quoteCharacter = '~', textBlock = """
            INSERT INTO t VALUES (1) → WRITES
            update t set a = 1 → WRITES
            DELETE FROM t → WRITES
            MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE → WRITES
            WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d → WRITES
            WITH a AS (WITH b AS (INSERT INTO t VALUES (1) RETURNING *) SELECT * FROM b) SELECT * FROM a → WRITES
            WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x → WRITES
            SELECT * INTO new FROM t → SELECT_INTO
            SELECT 1.INTO new → SELECT_INTO
            SELECT .5INTO new → SELECT_INTO
            SELECT * FROM t FOR UPDATE → LOCKS_ROWS
            SELECT * FROM t FOR NO KEY UPDATE → LOCKS_ROWS
            SELECT * FROM t FOR SHARE → LOCKS_ROWS
            SELECT * FROM t FOR /* x */ KEY SHARE → LOCKS_ROWS
            SELECT * FROM (SELECT * FROM t FOR UPDATE) s → LOCKS_ROWS
            SELECT * FROM t LIMIT 1.FOR UPDATE → LOCKS_ROWS
            CREATE TABLE t AS SELECT 1 → OTHER_STATEMENT
            CREATE TEMP TABLE t (a int) → OTHER_STATEMENT
            COPY t FROM STDIN → COPY
            COPY t TO '/tmp/x' → COPY
            COPY t TO PROGRAM 'cat' → COPY
            COPY (DELETE FROM t RETURNING *) TO STDOUT → WRITES
            CALL p() → OTHER_STATEMENT
            DO $$ BEGIN END $$ → OTHER_STATEMENT
            LOCK t → OTHER_STATEMENT
            TRUNCATE t → OTHER_STATEMENT
            VACUUM → OTHER_STATEMENT
            NOTIFY n → OTHER_STATEMENT
            PREPARE TRANSACTION 'x' → SESSION
            EXPLAIN ANALYZE SELECT 1 → EXPLAIN_ANALYZE
            EXPLAIN (ANALYZE) DELETE FROM t → EXPLAIN_ANALYZE
            EXPLAIN (analyse on) SELECT 1 → EXPLAIN_ANALYZE
            EXPLAIN EXECUTE p → OTHER_STATEMENT
            EXPLAIN INSERT INTO t VALUES (1) → OTHER_STATEMENT
            EXPLAIN CREATE TABLE x AS SELECT 1 → OTHER_STATEMENT
            "SELECT" 1 → OTHER_STATEMENT
            SELECT nextval('s') → PRIMARY_FUNCTION
            SELECT pg_catalog.nextval('s') → PRIMARY_FUNCTION
            SELECT "nextval" ('s') → PRIMARY_FUNCTION
            SELECT NextVal -- x⏎('s') → PRIMARY_FUNCTION
            SELECT set_config('a.b', 'c', false) → PRIMARY_FUNCTION
            SELECT txid_current() → PRIMARY_FUNCTION
            COPY (SELECT nextval('s')) TO STDOUT → PRIMARY_FUNCTION
            SELECT * FROM t WHERE (a, b) IN (SELECT mine(1), 2) → UNKNOWN_FUNCTION
            SELECT "Lower"(a) FROM t → UNKNOWN_FUNCTION
            SELECT U&"\\006eextval"('s') → UNREADABLE
            SELECT U&"!006eextval" UESCAPE '!' ('s') → UNREADABLE
            SELECT "a""b"(1) → UNREADABLE
            SELECT * FROM pg_stat_activity → PRIMARY_RELATION
            TABLE pg_catalog.pg_stat_activity → PRIMARY_RELATION
            SELECT * FROM "Unlogged" → PRIMARY_RELATION
            SELECT Session_Cache.* FROM session_cache → PRIMARY_RELATION
            SELECT a @@@ b FROM t → VOLATILE_OPERATOR
            SELECT 1; SELECT 2 → SEVERAL_STATEMENTS
            SELECT 1; DELETE FROM t → SEVERAL_STATEMENTS
            SELECT 1; 2 → SEVERAL_STATEMENTS
            SELECT 1;(SELECT 2) → SEVERAL_STATEMENTS
            BEGIN READ ONLY; SELECT 1 → SEVERAL_STATEMENTS
            SELECT E'a'⏎'b\\', nextval('s'), ' → UNREADABLE
            SELECT e'a' --x⏎'b\\', nextval('s'), ' → UNREADABLE
            -- nothing → EMPTY
            BEGIN → BEGIN
            BEGIN READ WRITE → BEGIN
            BEGIN READ ONLY → BEGIN_READ_ONLY
            BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; → BEGIN_READ_ONLY
            START TRANSACTION ISOLATION LEVEL SERIALIZABLE READ ONLY → BEGIN
            START TRANSACTION READ ONLY → BEGIN_READ_ONLY
            BEGIN ISOLATION LEVEL REPEATABLE READ → BEGIN
            COMMIT → TRANSACTION_CONTROL
            ROLLBACK TO s → TRANSACTION_CONTROL
            SAVEPOINT s → TRANSACTION_CONTROL
            SET work_mem = '1MB' → SESSION
            SHOW transaction_read_only → SESSION
            SHOW in_hot_standby → SESSION
            DISCARD ALL → SESSION
            LISTEN x → SESSION
            DECLARE c CURSOR FOR SELECT 1 → SESSION
            FETCH 1 FROM c → SESSION
            EXECUTE p (1) → SESSION
            """)
    void doesNot(String sql, Reason expected) {
        assertThat(reason(sql)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '→', quoteCharacter = '~', textBlock = """
            /* howdah:primary */ SELECT 1 → PRIMARY
            /*howdah:replica*/ SELECT 1 → REPLICA
            -- x⏎/*NO LOAD BALANCE*/ SELECT 1 → PRIMARY
            /*no load balance*/ SELECT 1 → PRIMARY
            /* other */ /* howdah:eventual */ SELECT 1 → EVENTUAL
            /* howdah:strict because */ SELECT 1 → STRICT
            /* howdah:session*/SELECT 1 → SESSION
            /*+ SeqScan(t) */ SELECT 1 → NONE
            /* howdah:primarily */ SELECT 1 → NONE
            SELECT /* howdah:primary */ 1 → NONE
            SELECT 'x' /* howdah:primary */ → NONE
            """)
    void hintsStandInFront(String sql, Hint expected) {
        assertThat(judgment(sql)).isEqualTo(Judgment.of(Reason.READ, expected));
    }

    @Test
    void withoutTheCatalogsNothingIsARead() {
        byte[] text = "SELECT 1".getBytes(StandardCharsets.UTF_8);
        assertThat(classifier
                        .classify(text, 0, text.length, NameTable.KEYWORDS, true)
                        .reason())
                .isEqualTo(Reason.NAMES_UNKNOWN);
    }

    @Test
    void namesThatMayMeanSomethingElseThanTheirBytesSayAreNotTrusted() {
        byte[] text = "SELECT grüße(1)".getBytes(StandardCharsets.UTF_8);
        assertThat(classifier.classify(text, 0, text.length, names, false).reason())
                .isEqualTo(Reason.UNREADABLE);
        assertThat(reason("SELECT " + "n".repeat(64) + " FROM t")).isEqualTo(Reason.UNREADABLE);
        assertThat(reason("SELECT \"" + "n".repeat(64) + "\" FROM t")).isEqualTo(Reason.UNREADABLE);
        assertThat(reason("SELECT 1\0; DELETE FROM t")).isEqualTo(Reason.UNREADABLE);
    }

    @Test
    void anyBytesGetAVerdict() {
        Random random = new Random(7);
        byte[] alphabet = "SELECT nextval('\"$/*-;().:e\\ \n\u00e4".getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < 50_000; round++) {
            byte[] text = new byte[random.nextInt(40)];
            for (int index = 0; index < text.length; index++) {
                text[index] = alphabet[random.nextInt(alphabet.length)];
            }
            assertThat(classifier.classify(text, 0, text.length, names, true)).isNotNull();
        }
    }
}
