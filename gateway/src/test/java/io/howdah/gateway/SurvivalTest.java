package io.howdah.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.RawClient;
import io.howdah.gateway.support.TestGateway;
import io.howdah.gateway.support.WithPostgres;
import io.howdah.postgres.wire.FrontendMessages;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A session outlives its server: what it keeps, and what it is told when something cannot be kept. */
@ExtendWith(WithPostgres.class)
final class SurvivalTest {
    private final PostgresFixture postgres;
    private final TestGateway gateway;

    SurvivalTest(PostgresFixture postgres) {
        this.postgres = postgres;
        this.gateway = TestGateway.before(postgres, TestGateway.Settings.usual().session());
    }

    @BeforeEach
    void tables() {
        for (var server : List.of(postgres.first(), postgres.second())) {
            server.sql("DROP TABLE IF EXISTS survivors");
            server.sql("CREATE TABLE survivors (id int)");
            server.sql("GRANT ALL ON survivors TO app");
        }
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    private void killAll() {
        assertThat(postgres.first().killBackends("app")).isPositive();
        long before = gateway.counters().backendLosses();
        await().until(() -> gateway.counters().backendLosses() >= Math.max(1, before));
    }

    private static String one(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    @Test
    void anIdleSessionGetsAnotherServerSilently() throws Exception {
        try (Connection connection = gateway.connect();
                Statement statement = connection.createStatement()) {
            String before = one(statement, "SELECT pg_backend_pid()");
            killAll();
            assertThat(one(statement, "SELECT pg_backend_pid()")).isNotEqualTo(before);
            assertThat(gateway.counters().moves()).isEqualTo(1);
        }
    }

    @Test
    void settingsAreReplayedInTheirFinalState() throws Exception {
        try (RawClient client = RawClient.login(gateway.port())) {
            client.query("SET work_mem = '1MB'");
            client.query("SET work_mem = '2MB'; SET search_path = pg_catalog, public");
            client.query("BEGIN");
            client.query("SET statement_timeout = '77s'");
            client.query("SET LOCAL lock_timeout = '5s'");
            client.query("COMMIT");
            client.query("BEGIN");
            client.query("SET enable_seqscan = off");
            client.query("ROLLBACK");
            client.query("SET enable_hashjoin = off");
            client.query("RESET enable_hashjoin");
            client.query("SET ROLE other");
            client.query("SET application_name = 'renamed'");
            killAll();
            assertThat(RawClient.types(client.query("SELECT 1"))).isEqualTo("TDCZ");
            assertThat(shows(client, "work_mem")).isEqualTo("2MB");
            assertThat(shows(client, "search_path")).isEqualTo("pg_catalog, public");
            assertThat(shows(client, "statement_timeout")).isEqualTo("77s");
            assertThat(shows(client, "lock_timeout")).isEqualTo("0");
            assertThat(shows(client, "enable_seqscan")).isEqualTo("on");
            assertThat(shows(client, "enable_hashjoin")).isEqualTo("on");
            assertThat(shows(client, "role")).isEqualTo("other");
            assertThat(shows(client, "application_name")).isEqualTo("renamed");
        }
    }

    private static String shows(RawClient client, String setting) throws Exception {
        var answer = client.query("SHOW " + setting);
        assertThat(RawClient.types(answer)).as(answer.getFirst().text()).endsWith("TDCZ");
        var row = answer.get(answer.size() - 3);
        return new String(row.body(), 6, row.body().length - 6, java.nio.charset.StandardCharsets.UTF_8);
    }

    @Test
    void startUpParametersComeAlong() throws Exception {
        try (RawClient client =
                RawClient.login(gateway.port(), Map.of("application_name", "mine", "options", "-c work_mem=3MB"))) {
            killAll();
            assertThat(shows(client, "work_mem")).isEqualTo("3MB");
            assertThat(shows(client, "application_name")).isEqualTo("mine");
        }
    }

    @Test
    void preparedStatementsOfADriverSurvive() throws Exception {
        try (Connection connection = gateway.connect(Map.of("prepareThreshold", "1"));
                var prepared = connection.prepareStatement("SELECT words FROM numbers WHERE id = ?")) {
            for (int id = 1; id <= 5; id++) {
                prepared.setInt(1, id);
                try (ResultSet rows = prepared.executeQuery()) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getString(1)).isEqualTo("text " + id);
                }
                killAll();
            }
        }
    }

    @Test
    void preparedStatementsByNameSqlAndWithoutNameSurvive() throws Exception {
        try (RawClient client = RawClient.login(gateway.port())) {
            client.query("PREPARE by_sql AS SELECT 'sql'");
            client.query("PREPARE gone AS SELECT 'gone'");
            client.query("DEALLOCATE gone");
            client.send(out -> {
                FrontendMessages.parse(out, "named", "SELECT 'named'");
                FrontendMessages.parse(out, "closed", "SELECT 'closed'");
                FrontendMessages.close(out, FrontendMessages.STATEMENT, "closed");
                FrontendMessages.parse(out, "", "SELECT 'unnamed'");
                FrontendMessages.sync(out);
            });
            assertThat(RawClient.types(client.receiveReady(1))).isEqualTo("1131Z");
            killAll();
            client.send(out -> {
                FrontendMessages.bind(out, "", "", List.of());
                FrontendMessages.execute(out, "");
                FrontendMessages.bind(out, "", "named", List.of());
                FrontendMessages.execute(out, "");
                FrontendMessages.sync(out);
            });
            assertThat(RawClient.types(client.receiveReady(1))).isEqualTo("2DC2DCZ");
            assertThat(RawClient.types(client.query("EXECUTE by_sql"))).isEqualTo("TDCZ");
            assertThat(client.query("EXECUTE gone").getFirst().sqlState()).isEqualTo("26000");
            client.send(out -> {
                FrontendMessages.bind(out, "", "closed", List.of());
                FrontendMessages.sync(out);
            });
            assertThat(client.receiveReady(1).getFirst().sqlState()).isEqualTo("26000");
        }
    }

    @Test
    void anOpenTransactionFailsOnceAndIsLeftByRollback() throws Exception {
        try (Connection connection = gateway.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("INSERT INTO survivors VALUES (1)");
            killAll();
            assertThatThrownBy(() -> statement.execute("INSERT INTO survivors VALUES (2)"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("40001"));
            assertThatThrownBy(() -> statement.execute("SELECT 1"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("25P02"));
            connection.rollback();
            statement.execute("INSERT INTO survivors VALUES (3)");
            connection.commit();
            assertThat(one(statement, "SELECT string_agg(id::text, ',') FROM survivors"))
                    .isEqualTo("3");
            connection.commit();
        }
    }

    @Test
    void aCommitOfALostTransactionIsNeverASuccess() throws Exception {
        try (RawClient client = RawClient.login(gateway.port())) {
            client.query("BEGIN");
            client.query("INSERT INTO survivors VALUES (1)");
            killAll();
            var answer = client.query("COMMIT");
            assertThat(RawClient.types(answer)).isEqualTo("EZ");
            assertThat(answer.getFirst().sqlState()).isEqualTo("40001");
            assertThat(answer.getLast().text()).isEqualTo("Z:I");
            assertThat(RawClient.types(client.query("SELECT 1"))).isEqualTo("TDCZ");
        }
    }

    @Test
    void rollbackInEveryFormLeavesALostTransaction() throws Exception {
        for (String rollback : List.of("ROLLBACK", "abort work", "/* x */ rollback;")) {
            try (RawClient client = RawClient.login(gateway.port())) {
                client.query("BEGIN");
                killAll();
                assertThat(client.query("ROLLBACK TO s").getFirst().sqlState()).isEqualTo("40001");
                var answer = client.query(rollback);
                assertThat(answer.getFirst().text()).isEqualTo("C:ROLLBACK\0");
                assertThat(answer.getLast().text()).isEqualTo("Z:I");
                assertThat(RawClient.types(client.query("SELECT 1"))).isEqualTo("TDCZ");
            }
        }
    }

    @Test
    void anAutocommitStatementInFlightHasAnUnknownOutcome() throws Exception {
        try (RawClient client = RawClient.login(gateway.port())) {
            client.send(out -> FrontendMessages.query(out, "SELECT pg_sleep(30)"));
            await().until(() -> running("pg_sleep") == 1);
            killAll();
            var answer = client.receiveReady(1);
            // The row description was there before the first row.
            assertThat(RawClient.types(answer)).isEqualTo("TEZ");
            assertThat(answer.get(1).sqlState()).isEqualTo("08007");
            assertThat(answer.get(1).field('H')).isNotEmpty();
            assertThat(RawClient.types(client.query("SELECT 1"))).isEqualTo("TDCZ");
        }
    }

    private int running(String text) throws SQLException {
        try (Connection connection = postgres.first().admin();
                Statement statement = connection.createStatement()) {
            return Integer.parseInt(one(
                    statement,
                    "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid() AND query LIKE '%"
                            + text + "%'"));
        }
    }

    @Test
    void aStatementInFlightInsideATransactionIsRetryable() throws Exception {
        try (RawClient client = RawClient.login(gateway.port())) {
            client.query("BEGIN");
            client.send(out -> FrontendMessages.query(out, "SELECT pg_sleep(30)"));
            await().until(() -> running("pg_sleep") == 1);
            killAll();
            var answer = client.receiveReady(1);
            assertThat(RawClient.types(answer)).isEqualTo("TEZ");
            assertThat(answer.get(1).sqlState()).isEqualTo("40001");
            assertThat(answer.getLast().text()).isEqualTo("Z:E");
            assertThat(client.query("ROLLBACK").getLast().text()).isEqualTo("Z:I");
        }
    }

    @Test
    void aPipelineInFlightIsAnsweredSyncBySync() throws Exception {
        try (RawClient client = RawClient.login(gateway.port())) {
            client.send(out -> {
                FrontendMessages.parse(out, "", "SELECT pg_sleep(30)");
                FrontendMessages.bind(out, "", "", List.of());
                FrontendMessages.execute(out, "");
                FrontendMessages.sync(out);
                FrontendMessages.query(out, "SELECT 2");
                FrontendMessages.parse(out, "", "SELECT 3");
                FrontendMessages.flush(out);
            });
            await().until(() -> running("pg_sleep") == 1);
            killAll();
            client.send(out -> {
                FrontendMessages.bind(out, "", "", List.of());
                FrontendMessages.sync(out);
            });
            assertThat(RawClient.types(client.receiveReady(3))).isEqualTo("12EZEZEZ");
            assertThat(RawClient.types(client.query("SELECT 1"))).isEqualTo("TDCZ");
        }
    }

    @Test
    void stateThatCannotMoveIsNamedOnTheNextStatement() throws Exception {
        try (RawClient client = RawClient.login(gateway.port())) {
            client.query("CREATE TEMP TABLE mine (id int)");
            client.query("SELECT pg_advisory_lock(4711)");
            killAll();
            var answer = client.query("SELECT 1");
            assertThat(answer.getFirst().sqlState()).isEqualTo("57P01");
            assertThat(answer.getFirst().field('M'))
                    .contains("temporary tables")
                    .contains("advisory locks");
            assertThat(answer.getLast().text()).isEqualTo("Z:I");
            assertThat(RawClient.types(client.query("SELECT 1"))).isEqualTo("TDCZ");
        }
    }

    @Test
    void discardAllLeavesNothingToLose() throws Exception {
        try (RawClient client = RawClient.login(gateway.port())) {
            client.query("CREATE TEMP TABLE mine (id int)");
            client.query("SET work_mem = '2MB'");
            client.query("DISCARD ALL");
            killAll();
            assertThat(shows(client, "work_mem")).isEqualTo("4MB");
        }
    }

    @Test
    void aListenerIsDisconnectedBecauseItSendsNothing() throws Exception {
        try (RawClient client = RawClient.login(gateway.port())) {
            client.query("LISTEN news");
            killAll();
            var last = client.receive();
            assertThat(last.sqlState()).isEqualTo("57P01");
            assertThat(last.field('V')).isEqualTo("FATAL");
            assertThat(client.receiveToEnd()).isEmpty();
        }
    }

    @Test
    void sessionsFollowTheNewPrimary() throws Exception {
        try (RawClient idle = RawClient.login(gateway.port());
                RawClient open = RawClient.login(gateway.port())) {
            idle.query("SET work_mem = '5MB'");
            open.query("BEGIN");
            gateway.routes.primary(postgres.second().backend());
            await().until(() -> gateway.counters().backendLosses() == 2);
            assertThat(shows(idle, "port")).isEqualTo("" + postgres.second().port());
            assertThat(shows(idle, "work_mem")).isEqualTo("5MB");
            assertThat(open.query("SELECT 1").getFirst().sqlState()).isEqualTo("40001");
            open.query("ROLLBACK");
            assertThat(shows(open, "port")).isEqualTo("" + postgres.second().port());
        }
    }

    @Test
    void changedParametersAreReported() throws Exception {
        try (RawClient client = RawClient.login(gateway.port())) {
            postgres.second().sql("ALTER ROLE app SET DateStyle = 'SQL, DMY'");
            gateway.routes.primary(postgres.second().backend());
            await().until(() -> gateway.counters().backendLosses() == 1);
            var answer = client.query("SELECT 1");
            assertThat(RawClient.types(answer)).isEqualTo("STDCZ");
            assertThat(answer.getFirst().text()).isEqualTo("S:DateStyle\0SQL, DMY\0");
        } finally {
            postgres.second().sql("ALTER ROLE app RESET ALL");
        }
    }

    @Test
    void parametersWithValuesArePassedOn() throws Exception {
        try (RawClient client = RawClient.login(gateway.port())) {
            client.send(out -> {
                FrontendMessages.parse(out, "", "SELECT $1::text");
                FrontendMessages.bind(out, "", "", List.of(Optional.of("value")));
                FrontendMessages.describe(out, FrontendMessages.PORTAL, "");
                FrontendMessages.execute(out, "");
                FrontendMessages.sync(out);
            });
            assertThat(RawClient.types(client.receiveReady(1))).isEqualTo("12TDCZ");
        }
    }

    @Test
    void aCommitWithoutItsQuorumIsNeverASuccess() throws Exception {
        try (RawClient client = RawClient.login(gateway.port())) {
            postgres.first().sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
            postgres.first().sql("SELECT pg_reload_conf()");
            await().until(() -> shows(client, "synchronous_standby_names").equals("nobody"));
            client.send(out -> FrontendMessages.query(out, "INSERT INTO survivors VALUES (9)"));
            await().until(() ->
                    postgres.first().count("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'") == 1);
            postgres.first().sql("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
            var answer = client.receiveReady(1);
            assertThat(RawClient.types(answer)).isEqualTo("EZ");
            assertThat(answer.getFirst().sqlState()).isEqualTo("08007");
            assertThat(gateway.counters().unconfirmedCommits()).isEqualTo(1);
            assertThat(RawClient.types(client.query("SELECT 1"))).isEqualTo("TDCZ");
        } finally {
            postgres.first().sql("ALTER SYSTEM RESET synchronous_standby_names");
            postgres.first().sql("SELECT pg_reload_conf()");
        }
    }

    @Test
    void aClientsCancelDoesNotCutACommitShort() throws Exception {
        try (RawClient client = RawClient.login(gateway.port())) {
            client.query("BEGIN");
            client.query("INSERT INTO survivors VALUES (9)");
            postgres.first().sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
            postgres.first().sql("SELECT pg_reload_conf()");
            await().until(() -> shows(client, "synchronous_standby_names").equals("nobody"));
            client.send(out -> FrontendMessages.query(out, "COMMIT"));
            await().until(() ->
                    postgres.first().count("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'") == 1);
            try (RawClient canceler = RawClient.open(gateway.port())) {
                canceler.send(out -> out.writeInt(16)
                        .writeInt(80877102)
                        .writeInt(client.pid())
                        .writeInt(client.secret()));
                assertThat(canceler.receiveToEnd()).isEmpty();
            }
            assertThat(client.isSilentFor(100)).isTrue();
            postgres.first().sql("ALTER SYSTEM RESET synchronous_standby_names");
            postgres.first().sql("SELECT pg_reload_conf()");
            assertThat(RawClient.types(client.receiveReady(1))).isEqualTo("CZ");
            assertThat(gateway.counters().cancels()).isZero();
        } finally {
            postgres.first().sql("ALTER SYSTEM RESET synchronous_standby_names");
            postgres.first().sql("SELECT pg_reload_conf()");
        }
    }
}
