package io.howdah.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.gateway.pool.PoolMode;
import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.RawClient;
import io.howdah.gateway.support.WithPostgres;
import io.howdah.postgres.wire.FrontendMessages;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A session outlives its server: what it keeps, and what it is told when something cannot be kept. */
@ParameterizedClass
@EnumSource(
        value = PoolMode.class,
        names = {"SESSION", "TRANSACTION"})
@ExtendWith(WithPostgres.class)
final class SurvivalTest extends SurvivorsCase {
    SurvivalTest(PoolMode mode, PostgresFixture postgres) {
        super(mode, postgres);
    }

    @Test
    void anIdleSessionGetsAnotherServerSilently() throws Exception {
        try (Connection connection = gateway.connect();
                Statement statement = connection.createStatement()) {
            String before = one(statement, "SELECT pg_backend_pid()");
            gateway.killAll();
            assertThat(one(statement, "SELECT pg_backend_pid()")).isNotEqualTo(before);
            assertThat(gateway.counters().moves()).isEqualTo(mode == PoolMode.SESSION ? 1 : 0);
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
            gateway.killAll();
            assertThat(RawClient.types(client.query("SELECT 1"))).isEqualTo("TDCZ");
            assertThat(client.value("SHOW work_mem")).isEqualTo("2MB");
            assertThat(client.value("SHOW search_path")).isEqualTo("pg_catalog, public");
            assertThat(client.value("SHOW statement_timeout")).isEqualTo("77s");
            assertThat(client.value("SHOW lock_timeout")).isEqualTo("0");
            assertThat(client.value("SHOW enable_seqscan")).isEqualTo("on");
            assertThat(client.value("SHOW enable_hashjoin")).isEqualTo("on");
            assertThat(client.value("SHOW role")).isEqualTo("other");
            assertThat(client.value("SHOW application_name")).isEqualTo("renamed");
        }
    }

    @Test
    void startUpParametersComeAlong() throws Exception {
        try (RawClient client =
                RawClient.login(gateway.port(), Map.of("application_name", "mine", "options", "-c work_mem=3MB"))) {
            gateway.killAll();
            assertThat(client.value("SHOW work_mem")).isEqualTo("3MB");
            assertThat(client.value("SHOW application_name")).isEqualTo("mine");
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
                gateway.killAll();
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
            gateway.killAll();
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
    void stateThatCannotMoveIsNamedOnTheNextStatement() throws Exception {
        try (RawClient client = RawClient.login(gateway.port())) {
            client.query("CREATE TEMP TABLE mine (id int)");
            client.query("SELECT pg_advisory_lock(4711)");
            gateway.killAll();
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
            gateway.killAll();
            assertThat(client.value("SHOW work_mem")).isEqualTo("4MB");
        }
    }

    @Test
    void aListenerOnAConnectionOfItsOwnIsDisconnectedBecauseItSendsNothing() throws Exception {
        try (RawClient client = RawClient.login(gateway.port())) {
            client.query("LISTEN news; SELECT 1");
            gateway.killAll();
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
            assertThat(idle.value("SHOW port")).isEqualTo("" + postgres.second().port());
            assertThat(idle.value("SHOW work_mem")).isEqualTo("5MB");
            assertThat(open.query("SELECT 1").getFirst().sqlState()).isEqualTo("40001");
            open.query("ROLLBACK");
            assertThat(open.value("SHOW port")).isEqualTo("" + postgres.second().port());
        }
    }

    @Test
    void changedParametersAreReported() throws Exception {
        try (RawClient client = RawClient.login(gateway.port())) {
            postgres.second().sql("ALTER ROLE app SET DateStyle = 'SQL, DMY'");
            gateway.routes.primary(postgres.second().backend());
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
}
