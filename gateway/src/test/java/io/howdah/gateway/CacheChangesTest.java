package io.howdah.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.gateway.cache.CacheBypass;
import io.howdah.gateway.route.DatabaseTable;
import io.howdah.gateway.support.CachedTables;
import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.RawClient;
import io.howdah.gateway.support.TestCluster;
import io.howdah.gateway.support.TestGateway;
import io.howdah.gateway.support.WithPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whatever changes what an answer depends on, by whomever, the answer is not given again. */
@ExtendWith(WithPostgres.class)
final class CacheChangesTest {
    private static final String SETUP = """
            CREATE SCHEMA $schema; GRANT USAGE ON SCHEMA $schema TO PUBLIC;
            ALTER DEFAULT PRIVILEGES IN SCHEMA $schema GRANT ALL ON TABLES TO PUBLIC;
            SET search_path = $schema;
            CREATE TABLE t (id int PRIMARY KEY, n int);
            INSERT INTO t SELECT i, i FROM generate_series(1, 10) i;
            CREATE TABLE beside (id int);
            CREATE TABLE other AS SELECT 3 AS n;
            CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql SET search_path = $schema AS
                'BEGIN UPDATE t SET n = n + 100; RETURN new; END';
            CREATE TRIGGER touch AFTER INSERT ON beside FOR EACH ROW EXECUTE FUNCTION touch();
            CREATE TABLE parents AS SELECT generate_series(1, 11) AS id;
            ALTER TABLE parents ADD PRIMARY KEY (id);
            ALTER TABLE t ADD FOREIGN KEY (id) REFERENCES parents ON DELETE CASCADE""";

    private final PostgresFixture postgres;
    private final CachedTables tables;

    CacheChangesTest(PostgresFixture postgres) {
        this.postgres = postgres;
        this.tables = new CachedTables(postgres);
    }

    /** What is done, and the sum that {@code t.n} has afterwards instead of 55. */
    private record Change(String sql, String sum) {}

    private static final List<Change> CHANGES = List.of(
            new Change("INSERT INTO t VALUES (11, 45)", "100"),
            new Change("DELETE FROM t WHERE id = 10", "45"),
            new Change("TRUNCATE t; INSERT INTO t VALUES (1, 7)", "7"),
            new Change("BEGIN; SAVEPOINT a; UPDATE t SET n = 0 WHERE id = 1; RELEASE a; COMMIT", "54"),
            new Change("BEGIN; UPDATE t SET n = 0; PREPARE TRANSACTION 'cached'; COMMIT PREPARED 'cached'", "0"),
            new Change("DO $$ BEGIN UPDATE t SET n = 2; END $$", "20"),
            new Change("INSERT INTO beside VALUES (1)", "1055"),
            new Change("DELETE FROM parents WHERE id = 5", "50"),
            new Change("ALTER TABLE t RENAME TO old; ALTER TABLE other RENAME TO t", "3"),
            new Change("DROP TABLE t CASCADE; CREATE TABLE t AS SELECT 4 AS n", "4"),
            new Change("CREATE TABLE heir () INHERITS (t); INSERT INTO heir VALUES (99, 100)", "155"),
            new Change("ALTER TABLE t ALTER n TYPE bigint USING n * 2", "110"),
            new Change(
                    "ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t DISABLE ROW LEVEL SECURITY; UPDATE t SET n = 1",
                    "10"));

    @Test
    void whateverChangesATableChangesTheAnswer() throws Exception {
        try (TestGateway gateway = tables.gateway();
                RawClient client = tables.client(gateway);
                Connection connection = postgres.first().admin();
                Statement statement = connection.createStatement()) {
            int count = 0;
            for (Change change : CHANGES) {
                String place = tables.schema() + "_" + ++count;
                statement.execute(SETUP.replace("$schema", place));
                client.query("SET search_path = " + place);
                String sql = CachedTables.HINT + "SELECT sum(n) FROM t";
                assertThat(CachedTables.cached(gateway, client, sql))
                        .as(change.sql)
                        .isEqualTo("55");
                for (String part : change.sql.contains("$$") ? List.of(change.sql) : List.of(change.sql.split("; "))) {
                    statement.execute(part);
                }
                CachedTables.becomes(gateway, client, sql, change.sum);
            }
        }
    }

    @Test
    void whatStandsBetweenTablesAndNamesCounts() throws Exception {
        tables.outside(
                "CREATE VIEW v AS SELECT sum(n) AS s FROM t; CREATE MATERIALIZED VIEW m AS SELECT sum(n) AS s FROM t;"
                        + " CREATE TABLE p (id int, n int) PARTITION BY LIST (id);"
                        + " CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE TABLE p2 AS SELECT 2 AS id, 20 AS n;"
                        + " INSERT INTO p VALUES (1, 10);"
                        + " CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT n * 2'");
        String view = CachedTables.HINT + "SELECT s FROM v";
        String kept = CachedTables.HINT + "SELECT s FROM m";
        String parts = CachedTables.HINT + "SELECT sum(n) FROM p";
        String called = CachedTables.HINT + "SELECT " + tables.schema() + ".twice(n) FROM t WHERE id = 1";
        try (TestGateway gateway = tables.gateway();
                RawClient client = tables.client(gateway)) {
            assertThat(CachedTables.cached(gateway, client, view)).isEqualTo("55");
            assertThat(CachedTables.cached(gateway, client, kept)).isEqualTo("55");
            assertThat(CachedTables.cached(gateway, client, parts)).isEqualTo("10");
            assertThat(CachedTables.cached(gateway, client, called)).isEqualTo("2");
            tables.outside("UPDATE t SET n = 0");
            CachedTables.becomes(gateway, client, view, "0");
            CachedTables.becomes(gateway, client, called, "0");
            assertThat(CachedTables.cached(gateway, client, kept)).isEqualTo("55");
            tables.outside("REFRESH MATERIALIZED VIEW m");
            CachedTables.becomes(gateway, client, kept, "0");
            tables.outside("UPDATE p1 SET n = 11");
            CachedTables.becomes(gateway, client, parts, "11");
            tables.outside("ALTER TABLE p ATTACH PARTITION p2 FOR VALUES IN (2)");
            CachedTables.becomes(gateway, client, parts, "31");
            tables.outside("ALTER TABLE p DETACH PARTITION p1");
            CachedTables.becomes(gateway, client, parts, "20");
            tables.outside("CREATE OR REPLACE FUNCTION twice(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 7'");
            CachedTables.becomes(gateway, client, called, "7");
            tables.outside("CREATE OR REPLACE VIEW v AS SELECT 1::bigint AS s");
            CachedTables.becomes(gateway, client, view, "1");
            tables.outside("REVOKE SELECT ON t FROM PUBLIC");
            String refused = CachedTables.HINT + "SELECT sum(n) FROM t";
            CachedTables.eventually()
                    .until(() -> CachedTables.value(client, refused).equals("42501"));
        }
    }

    @Test
    void changesToRolesCount() throws Exception {
        tables.outside("CREATE ROLE " + tables.schema() + "_reader; GRANT " + tables.schema()
                + "_reader TO app; CREATE TABLE hidden AS SELECT 1 AS n;"
                + " REVOKE ALL ON hidden FROM PUBLIC; GRANT SELECT ON hidden TO " + tables.schema() + "_reader");
        String sql = CachedTables.HINT + "SELECT n FROM hidden";
        try (TestGateway gateway = tables.gateway();
                RawClient client = tables.client(gateway)) {
            assertThat(CachedTables.cached(gateway, client, sql)).isEqualTo("1");
            tables.outside("REVOKE " + tables.schema() + "_reader FROM app");
            CachedTables.eventually()
                    .until(() -> CachedTables.value(client, sql).equals("42501"));
        }
    }

    @Test
    void aCommitThatWaitsForItsQuorumLeavesNothingOldBehind() throws Exception {
        String sql = CachedTables.HINT + "SELECT n FROM t WHERE id = 1";
        try (TestGateway gateway = tables.gateway();
                RawClient client = tables.client(gateway);
                Connection writer = postgres.first().admin();
                Statement statement = writer.createStatement()) {
            assertThat(CachedTables.cached(gateway, client, sql)).isEqualTo("1");
            Thread commit;
            postgres.first().sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
            postgres.first().sql("SELECT pg_reload_conf()");
            try {
                CachedTables.eventually()
                        .until(() -> postgres.first()
                                        .count(
                                                "SELECT count(*) FROM pg_settings WHERE name = 'synchronous_standby_names' AND setting = 'nobody'")
                                == 1);
                commit = Thread.ofVirtual().start(() -> {
                    try {
                        statement.execute("UPDATE " + tables.schema() + ".t SET n = 2 WHERE id = 1");
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                });
                CachedTables.eventually()
                        .until(() -> postgres.first()
                                        .count("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
                                == 1);
                CachedTables.eventually()
                        .until(() -> CachedTables.bypasses(gateway, CacheBypass.CHANGING) > 0
                                || CachedTables.value(client, sql).isEmpty());
                long hits = gateway.cache().statistics().hits();
                for (int round = 0; round < 20; round++) {
                    // Nobody may see it yet.
                    assertThat(client.value(sql)).isEqualTo("1");
                }
                assertThat(gateway.cache().statistics().hits()).isEqualTo(hits);
            } finally {
                postgres.first().sql("ALTER SYSTEM RESET synchronous_standby_names");
                postgres.first().sql("SELECT pg_reload_conf()");
            }
            commit.join();
            CachedTables.becomes(gateway, client, sql, "2");
        }
    }

    @Test
    void anotherPrimaryOrALostStreamIsANewBeginning() throws Exception {
        String sql = CachedTables.HINT + "SELECT sum(n) FROM t";
        try (TestGateway gateway = tables.gateway();
                RawClient client = tables.client(gateway)) {
            assertThat(CachedTables.cached(gateway, client, sql)).isEqualTo("55");
            assertThat(postgres.first()
                            .count("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_replication"
                                    + " WHERE application_name = 'howdah gateway'"))
                    .isEqualTo(1);
            tables.outside("UPDATE t SET n = 1");
            CachedTables.becomes(gateway, client, sql, "10");
            postgres.second()
                    .sql("CREATE SCHEMA " + tables.schema() + "; CREATE TABLE " + tables.schema()
                            + ".t AS SELECT 3 AS n; GRANT ALL ON SCHEMA " + tables.schema()
                            + " TO PUBLIC; GRANT ALL ON "
                            + tables.schema() + ".t TO PUBLIC");
            gateway.routes.primary(postgres.second().backend());
            assertThat(CachedTables.value(client, sql)).isEqualTo("3");
            assertThat(CachedTables.cached(gateway, client, sql)).isEqualTo("3");
            postgres.second().sql("UPDATE " + tables.schema() + ".t SET n = 4");
            CachedTables.becomes(gateway, client, sql, "4");
        }
    }

    private void createDatabase(String name) throws SQLException {
        postgres.first().sql("CREATE DATABASE " + name);
        try (Connection connection = postgres.first().admin(name);
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE t AS SELECT i AS n FROM generate_series(1, 10) i; GRANT ALL ON t TO PUBLIC");
        }
    }

    private void rename(String database, String name) {
        postgres.first()
                .count("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '" + database
                        + "'");
        postgres.first().sql("ALTER DATABASE " + database + " RENAME TO " + name);
    }

    @Test
    void anotherDatabaseOfTheSameNameIsAnother() throws Exception {
        String name = tables.schema();
        String sql = CachedTables.HINT + "SELECT sum(n) FROM t";
        try (TestGateway gateway = tables.gateway()) {
            createDatabase(name);
            try (RawClient client = RawClient.login(gateway.port(), Map.of("database", name))) {
                assertThat(CachedTables.cached(gateway, client, sql)).isEqualTo("55");
            }
            createDatabase(name + "_next");
            CachedTables.eventually().ignoreExceptions().until(() -> {
                rename(name, name + "_old");
                return true;
            });
            rename(name + "_next", name);
            try (RawClient client = RawClient.login(gateway.port(), Map.of("database", name));
                    Connection writer = postgres.first().admin(name);
                    Statement statement = writer.createStatement()) {
                assertThat(CachedTables.cached(gateway, client, sql)).isEqualTo("55");
                statement.execute("UPDATE t SET n = 1");
                CachedTables.becomes(gateway, client, sql, "10");
            }
        }
    }

    @Test
    void theServersSettingsCount() throws Exception {
        String sql = CachedTables.HINT + "SELECT 'a'::bytea";
        try (TestGateway gateway = tables.gateway();
                RawClient client = tables.client(gateway)) {
            assertThat(CachedTables.cached(gateway, client, sql)).isEqualTo("\\x61");
            postgres.first().sql("ALTER SYSTEM SET bytea_output = 'escape'");
            try {
                postgres.first().sql("SELECT pg_reload_conf()");
                CachedTables.becomes(gateway, client, sql, "a");
            } finally {
                postgres.first().sql("ALTER SYSTEM RESET bytea_output");
                postgres.first().sql("SELECT pg_reload_conf()");
            }
        }
    }

    @Test
    void aDatabaseThatMovesLeavesNothingBehind() throws Exception {
        String sql = CachedTables.HINT + "SELECT sum(n) FROM t";
        String name = tables.schema();
        DatabaseTable home = DatabaseTable.allAt(TestGateway.HOME)
                .with("shop", new DatabaseTable.Place(TestGateway.HOME, PostgresFixture.DATABASE));
        DatabaseTable elsewhere = home.with("shop", new DatabaseTable.Place("other", PostgresFixture.DATABASE));
        postgres.second()
                .sql("CREATE SCHEMA " + name + "; CREATE TABLE " + name
                        + ".t AS SELECT 3 AS n; GRANT ALL ON SCHEMA " + name + " TO PUBLIC; GRANT ALL ON " + name
                        + ".t TO PUBLIC");
        try (TestGateway gateway = tables.gateway();
                TestCluster other = TestCluster.at("other", postgres.second().backend())) {
            gateway.server().arrange(List.of(other.access()), home, Duration.ofSeconds(30));
            try (RawClient client =
                    RawClient.login(gateway.port(), Map.of("database", "shop", "options", "-c search_path=" + name))) {
                assertThat(CachedTables.cached(gateway, client, sql)).isEqualTo("55");
                gateway.server().arrange(List.of(other.access()), elsewhere, Duration.ofSeconds(30));
                assertThat(CachedTables.value(client, sql)).isEqualTo("3");
                tables.outside("UPDATE t SET n = 1");
                gateway.server().arrange(List.of(other.access()), home, Duration.ofSeconds(30));
                assertThat(CachedTables.value(client, sql)).isEqualTo("10");
                assertThat(CachedTables.cached(gateway, client, sql)).isEqualTo("10");
            }
        }
    }

    private static void signal(int process, String signal) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + signal, "" + process)
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }

    @Test
    void aStreamThatStallsIsNotBelieved() throws Exception {
        String sql = CachedTables.HINT + "SELECT sum(n) FROM t";
        try (TestGateway gateway = tables.gateway();
                RawClient client = tables.client(gateway)) {
            assertThat(CachedTables.cached(gateway, client, sql)).isEqualTo("55");
            int sender = tables.streams().getFirst();
            signal(sender, "STOP");
            try {
                tables.outside("UPDATE t SET n = 1");
                CachedTables.eventually().until(() -> client.value(sql).equals("10"));
                long hits = gateway.cache().statistics().hits();
                assertThat(client.value(sql)).isEqualTo("10");
                assertThat(gateway.cache().statistics().hits()).isEqualTo(hits);
            } finally {
                signal(sender, "CONT");
            }
            assertThat(CachedTables.cached(gateway, client, sql)).isEqualTo("10");
        }
    }
}
