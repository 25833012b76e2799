package io.howdah.gateway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StatementScannerTest {
    private final StatementScanner scanner = new StatementScanner();

    private List<StatementKind> kinds(String sql) {
        byte[] text = sql.getBytes(StandardCharsets.UTF_8);
        return scanner.scan(text, 0, text.length).stream().map(Statement::kind).toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SELECT 1 | PLAIN
            select temp from weather | PLAIN
            SELECT 'LISTEN' | PLAIN
            begin work | BEGIN
            START TRANSACTION ISOLATION LEVEL SERIALIZABLE | BEGIN
            commit and chain | COMMIT
            END | COMMIT
            PREPARE TRANSACTION 'x' | COMMIT
            COMMIT PREPARED 'x' | COMMIT
            /* a /* nested */ comment */ -- and a line | NONE
            /* c */ rollback | ROLLBACK
            ABORT | ROLLBACK
            ROLLBACK PREPARED 'x' | PLAIN
            ROLLBACK TO SAVEPOINT s | ROLLBACK_TO
            ROLLBACK WORK TO s | ROLLBACK_TO
            SAVEPOINT s | SAVEPOINT
            SET work_mem = '1MB' | SET
            SET LOCAL work_mem = '1MB' | PLAIN
            SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE | PLAIN
            SET TRANSACTION READ ONLY | PLAIN
            SET CONSTRAINTS ALL DEFERRED | PLAIN
            SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY | SET
            RESET ALL | RESET
            DISCARD ALL | DISCARD
            LISTEN news | LISTEN
            UNLISTEN * | UNLISTEN
            PREPARE p AS SELECT 1 | PREPARE
            DEALLOCATE p | DEALLOCATE
            CREATE TEMP TABLE t (id int) | TEMPORARY_OBJECT
            CREATE LOCAL TEMPORARY TABLE t (id int) | TEMPORARY_OBJECT
            CREATE OR REPLACE TEMP VIEW v AS SELECT 1 | TEMPORARY_OBJECT
            CREATE TABLE pg_temp.t (id int) | TEMPORARY_OBJECT
            CREATE TABLE temp (id int) | PLAIN
            SELECT 1 INTO TEMP t | TEMPORARY_OBJECT
            WITH a AS (SELECT 1) SELECT * INTO TEMPORARY t FROM a | TEMPORARY_OBJECT
            DECLARE c CURSOR WITH HOLD FOR SELECT 1 | HOLDABLE_CURSOR
            DECLARE c CURSOR WITHOUT HOLD FOR SELECT 1 | PLAIN
            SELECT pg_advisory_lock(1) | ADVISORY_LOCK
            SELECT pg_catalog.pg_try_advisory_lock_shared(1) | ADVISORY_LOCK
            SELECT pg_advisory_xact_lock(1) | PLAIN
            SELECT pg_advisory_unlock_all() | ADVISORY_UNLOCK
            """)
    void everyKindIsKnownByItsWords(String sql, String kind) {
        assertThat(kinds(sql)).isEqualTo(kind.equals("NONE") ? List.of() : List.of(StatementKind.valueOf(kind)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            SELECT 1; SELECT 2 | 2
            SELECT 1; | 1
            ;;SELECT 1;; | 1
            SELECT ';' ; SELECT "a;b" | 2
            SELECT E'it\\'s;' ; SELECT 2 | 2
            SELECT 'it''s;' ; SELECT 2 | 2
            SELECT $$a;b$$, $t$ ; $$ ; $t$; SELECT 2 | 2
            SELECT $1; SELECT $2 | 2
            SELECT 1 -- ; ; | 1
            SELECT /* ; /* ; */ ; */ 1; SELECT 2 | 2
            CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); SELECT 3 | 2
            CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 END; END; SELECT 3 | 2
            SELECT 1 - 2 / 3; SELECT a$b FROM c | 2
            SELECT 'unterminated ; | 1
            """)
    void statementsEndAtTheirSemicolonsOnly(String sql, int count) {
        assertThat(kinds(sql)).hasSize(count);
    }

    @Test
    void theTextOfAStatementIsKept() {
        byte[] text = "SELECT 1; SET a = 'b;c' ; SELECT 2".getBytes(StandardCharsets.UTF_8);
        assertThat(scanner.scan(text, 0, text.length).get(1).readable().strip()).isEqualTo("SET a = 'b;c'");
    }

    @Test
    void noBytesBreakTheScanner() {
        Random random = new Random(7);
        byte[] alphabet = "'\"$;/*-\\eEtag \n()aSET09".getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < 20_000; round++) {
            byte[] text = new byte[random.nextInt(40)];
            for (int index = 0; index < text.length; index++) {
                text[index] =
                        random.nextInt(10) == 0 ? (byte) random.nextInt() : alphabet[random.nextInt(alphabet.length)];
            }
            assertThatCode(() -> scanner.scan(text, 0, text.length)).doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SET work_mem = 1 | work_mem
            SET SESSION work_mem TO 1 | work_mem
            SET session = 1 | session
            SET TIME ZONE 'UTC' | timezone
            SET NAMES 'UTF8' | client_encoding
            set Search_Path to a, b | search_path
            SET "Search_Path" = a | Search_Path
            SET ROLE other | role
            SET SESSION AUTHORIZATION app | session_authorization
            SET /* x */ my.setting = 1 | my.setting
            RESET ALL | all
            RESET work_mem | work_mem
            """)
    void settingsHaveOneKeyEach(String sql, String key) {
        assertThat(SettingNames.settingKey(new Statement(StatementKind.SET, sql.getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(key);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ROLLBACK TO SAVEPOINT s | s
            ROLLBACK WORK TO s | s
            SAVEPOINT S | s
            DEALLOCATE PREPARE p | p
            DEALLOCATE prepare | prepare
            DEALLOCATE ALL | all
            PREPARE "P" (int) AS SELECT 1 | P
            UNLISTEN * | *
            DISCARD ALL | all
            """)
    void objectsHaveTheirNames(String sql, String name) {
        assertThat(SettingNames.object(new Statement(StatementKind.SET, sql.getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(name);
    }
}
