package io.howdah.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.howdah.gateway.pool.PoolMode;
import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.RawClient;
import io.howdah.gateway.support.WithPostgres;
import io.howdah.postgres.wire.FrontendMessages;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a client hears of a request that was in flight when its server went. */
@ParameterizedClass
@EnumSource(
        value = PoolMode.class,
        names = {"SESSION", "TRANSACTION"})
@ExtendWith(WithPostgres.class)
final class OutcomeTest extends SurvivorsCase {
    OutcomeTest(PoolMode mode, PostgresFixture postgres) {
        super(mode, postgres);
    }

    @Test
    void anOpenTransactionFailsOnceAndIsLeftByRollback() throws Exception {
        try (Connection connection = gateway.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("INSERT INTO survivors VALUES (1)");
            gateway.killAll();
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
            gateway.killAll();
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
                gateway.killAll();
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
            await().until(() -> gateway.running("pg_sleep") == 1);
            gateway.killAll();
            var answer = client.receiveReady(1);
            // The row description was there before the first row.
            assertThat(RawClient.types(answer)).isEqualTo("TEZ");
            assertThat(answer.get(1).sqlState()).isEqualTo("08007");
            assertThat(answer.get(1).field('H')).isNotEmpty();
            assertThat(RawClient.types(client.query("SELECT 1"))).isEqualTo("TDCZ");
        }
    }

    @Test
    void aStatementInFlightInsideATransactionIsRetryable() throws Exception {
        try (RawClient client = RawClient.login(gateway.port())) {
            client.query("BEGIN");
            client.send(out -> FrontendMessages.query(out, "SELECT pg_sleep(30)"));
            await().until(() -> gateway.running("pg_sleep") == 1);
            gateway.killAll();
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
            await().until(() -> gateway.running("pg_sleep") == 1);
            gateway.killAll();
            client.send(out -> {
                FrontendMessages.bind(out, "", "", List.of());
                FrontendMessages.sync(out);
            });
            assertThat(RawClient.types(client.receiveReady(3))).isEqualTo("12EZEZEZ");
            assertThat(RawClient.types(client.query("SELECT 1"))).isEqualTo("TDCZ");
        }
    }

    @Test
    void aCommitWithoutItsQuorumIsNeverASuccess() throws Exception {
        try (RawClient client = RawClient.login(gateway.port())) {
            postgres.first().sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
            postgres.first().sql("SELECT pg_reload_conf()");
            await().until(() -> client.value("SHOW synchronous_standby_names").equals("nobody"));
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
            await().until(() -> client.value("SHOW synchronous_standby_names").equals("nobody"));
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
