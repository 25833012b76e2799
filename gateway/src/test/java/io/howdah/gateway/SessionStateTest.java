package io.howdah.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.howdah.gateway.pool.PoolRules;
import io.howdah.gateway.pool.PoolingSettings;
import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.RawClient;
import io.howdah.gateway.support.TestGateway;
import io.howdah.gateway.support.WithPostgres;
import io.howdah.postgres.wire.FrontendMessages;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a client has set up follows it from connection to connection, and what cannot move keeps its connection. */
@ExtendWith(WithPostgres.class)
final class SessionStateTest {
    private final PostgresFixture postgres;

    SessionStateTest(PostgresFixture postgres) {
        this.postgres = postgres;
    }

    private TestGateway gateway(PoolRules rules) {
        return TestGateway.before(postgres, TestGateway.Settings.usual().pooling(rules));
    }

    @Test
    void settingsFollowTheirClient() throws Exception {
        try (TestGateway gateway = gateway(PoolRules.USUAL.size(0, 1))) {
            List<RawClient> clients = RawClient.logins(gateway.port(), 3);
            for (int index = 0; index < 3; index++) {
                clients.get(index).query("SET work_mem = '" + (index + 1) + "MB'");
                clients.get(index).query("SELECT set_config('lock_timeout', '" + (index + 1) + "s', false)");
            }
            RawClient first = clients.get(0);
            RawClient second = clients.get(1);
            first.query("BEGIN");
            first.query("SET statement_timeout = '9s'");
            first.query("ROLLBACK");
            second.query("BEGIN; SET statement_timeout = '8s'; COMMIT");
            second.query("SET LOCAL work_mem = '77MB'");
            clients.get(2).query("SET ROLE other");
            for (int round = 0; round < 2; round++) {
                for (int index = 0; index < 3; index++) {
                    RawClient client = clients.get(index);
                    assertThat(client.value("SHOW work_mem")).isEqualTo((index + 1) + "MB");
                    assertThat(client.value("SHOW lock_timeout")).isEqualTo((index + 1) + "s");
                    assertThat(client.value("SHOW application_name")).isEqualTo("client " + index);
                    assertThat(client.value("SHOW role")).isEqualTo(index == 2 ? "other" : "none");
                }
                assertThat(first.value("SHOW statement_timeout")).isEqualTo("0");
                assertThat(second.value("SHOW statement_timeout")).isEqualTo("8s");
            }
            second.query("RESET ALL");
            assertThat(second.value("SHOW work_mem")).isEqualTo("4MB");
            assertThat(second.value("SHOW application_name")).isEqualTo("client 1");
            assertThat(first.value("SHOW work_mem")).isEqualTo("1MB");
            clients.get(2).query("DISCARD ALL");
            assertThat(clients.get(2).value("SHOW role")).isEqualTo("none");
            assertThat(gateway.counters().pins()).isEmpty();
            RawClient.close(clients);
        }
    }

    @Test
    void whatWasSetForOneTransactionEndsWithIt() throws Exception {
        try (TestGateway gateway = gateway(PoolRules.USUAL.size(0, 1));
                RawClient client = RawClient.login(gateway.port());
                RawClient other = RawClient.login(gateway.port())) {
            String atStart = other.value("SHOW TimeZone");
            client.query("SET TimeZone = 'Asia/Tokyo'");
            client.query("BEGIN");
            client.query("SET LOCAL TimeZone = 'Europe/Oslo'");
            client.query("SELECT set_config('IntervalStyle', 'iso_8601', true)");
            client.query("COMMIT");
            other.query("BEGIN");
            other.query("SET LOCAL TimeZone = 'Asia/Tokyo'");
            other.query("COMMIT");
            for (int round = 0; round < 2; round++) {
                assertThat(client.value("SHOW TimeZone")).isEqualTo("Asia/Tokyo");
                assertThat(client.value("SHOW IntervalStyle")).isEqualTo("postgres");
                assertThat(other.value("SHOW TimeZone")).isEqualTo(atStart);
            }
        }
    }

    @Test
    void whatAFunctionSetFollowsItsClientAsFarAsTheServerReportsIt() throws Exception {
        try (TestGateway gateway = gateway(PoolRules.USUAL.size(0, 1));
                RawClient client = RawClient.login(gateway.port());
                RawClient other = RawClient.login(gateway.port())) {
            String atStart = other.value("SHOW TimeZone");
            client.query("SELECT set_config('application_name', 'made ' || 'up', false)");
            client.query("BEGIN");
            client.query("SAVEPOINT before");
            client.query("SELECT set_config('TimeZone', 'Asia/' || 'Tokyo', false)");
            client.query("COMMIT");
            client.query("BEGIN");
            client.query("SELECT set_config('TimeZone', 'Europe/' || 'Oslo', false)");
            client.query("ROLLBACK");
            assertThat(gateway.counters().pins()).isEmpty();
            assertThat(other.value("SHOW TimeZone")).isEqualTo(atStart);
            assertThat(client.value("SHOW application_name")).isEqualTo("made up");
            assertThat(client.value("SHOW TimeZone")).isEqualTo("Asia/Tokyo");
        }
    }

    @Test
    void aLockThatAFailedStatementLeftKeepsItsConnection() throws Exception {
        try (TestGateway gateway = gateway(PoolRules.USUAL.size(0, 2));
                RawClient client = RawClient.login(gateway.port());
                RawClient other = RawClient.login(gateway.port())) {
            client.query("SELECT 1 / (CASE WHEN pg_advisory_lock(4712) IS NULL THEN 1 ELSE 0 END)");
            assertThat(other.value("SELECT pg_try_advisory_lock(4712)")).isEqualTo("f");
            client.query("SELECT 1");
            assertThat(gateway.counters().pins()).containsKey("advisory_lock");
            client.query("SELECT pg_advisory_unlock(4712)");
            assertThat(other.value("SELECT pg_try_advisory_lock(4712)")).isEqualTo("t");
        }
    }

    @Test
    void whatOnlyTheFormerRoleMayResetIsResetAsThatRole() throws Exception {
        postgres.first().sql("GRANT SET ON PARAMETER lo_compat_privileges TO app");
        try (TestGateway gateway = gateway(PoolRules.USUAL.size(0, 1));
                RawClient changed = RawClient.login(gateway.port());
                RawClient other = RawClient.login(gateway.port())) {
            changed.query("SET lo_compat_privileges = on");
            changed.query("SET ROLE other");
            assertThat(other.value("SHOW lo_compat_privileges")).isEqualTo("off");
            assertThat(changed.value("SHOW lo_compat_privileges")).isEqualTo("on");
            assertThat(changed.value("SELECT current_user")).isEqualTo("other");
        }
    }

    @Test
    void settingsThatAddUpFollowTheirClientAsAWhole() throws Exception {
        try (TestGateway gateway = gateway(PoolRules.USUAL.size(0, 1));
                RawClient client = RawClient.login(gateway.port());
                RawClient other = RawClient.login(gateway.port())) {
            client.query("SET DateStyle = 'SQL'");
            client.query("SET DateStyle = 'DMY'");
            client.query("BEGIN; SET LOCAL DateStyle = 'German'; COMMIT");
            assertThat(other.value("SHOW DateStyle")).isEqualTo("ISO, MDY");
            assertThat(client.value("SHOW DateStyle")).isEqualTo("SQL, DMY");
        }
    }

    @Test
    void reportedSettingsAreToldWhenTheConnectionChangesHands() throws Exception {
        try (TestGateway gateway = gateway(PoolRules.USUAL.size(0, 1))) {
            List<RawClient> clients = RawClient.logins(gateway.port(), 2);
            var set = clients.get(0).query("SET DateStyle = 'German'");
            assertThat(RawClient.types(set)).isEqualTo("CSZ");
            assertThat(clients.get(1).value("SELECT DATE '2026-02-01'")).isEqualTo("2026-02-01");
            var again = clients.get(0).query("SELECT DATE '2026-02-01'");
            assertThat(RawClient.types(again)).isEqualTo("TDCZ");
            assertThat(RawClient.value(again)).isEqualTo("01.02.2026");
            RawClient.close(clients);
        }
    }

    @Test
    void preparedStatementsFollowTheirClient() throws Exception {
        try (TestGateway gateway = gateway(PoolRules.USUAL.size(0, 2))) {
            List<RawClient> clients = RawClient.logins(gateway.port(), 4);
            for (int index = 0; index < 4; index++) {
                String sql = "SELECT 'client " + index + "'";
                clients.get(index).send(out -> {
                    FrontendMessages.parse(out, "s", sql);
                    FrontendMessages.parse(out, "common", "SELECT words FROM numbers WHERE id = $1::int");
                    FrontendMessages.parse(out, "", sql + " || ' unnamed'");
                    FrontendMessages.sync(out);
                });
                assertThat(RawClient.types(clients.get(index).receiveReady(1))).isEqualTo("111Z");
            }
            for (int round = 0; round < 3; round++) {
                for (int index = 3; index >= 0; index--) {
                    RawClient client = clients.get(index);
                    int id = index + 10;
                    client.send(out -> {
                        FrontendMessages.bind(out, "", "s", List.of());
                        FrontendMessages.execute(out, "");
                        FrontendMessages.bind(out, "", "common", List.of(Optional.of("" + id)));
                        FrontendMessages.describe(out, FrontendMessages.STATEMENT, "common");
                        FrontendMessages.execute(out, "");
                        FrontendMessages.bind(out, "", "", List.of());
                        FrontendMessages.execute(out, "");
                        FrontendMessages.sync(out);
                    });
                    var answer = client.receiveReady(1);
                    assertThat(RawClient.types(answer)).isEqualTo("2DC2tTDC2DCZ");
                    assertThat(answer.get(1).text()).endsWith("client " + index);
                    assertThat(answer.get(6).text()).endsWith("text " + id);
                    assertThat(answer.get(9).text()).endsWith("client " + index + " unnamed");
                }
            }
            RawClient one = clients.get(0);
            one.send(out -> {
                FrontendMessages.close(out, FrontendMessages.STATEMENT, "s");
                FrontendMessages.bind(out, "", "s", List.of());
                FrontendMessages.sync(out);
            });
            var closed = one.receiveReady(1);
            assertThat(RawClient.types(closed)).isEqualTo("3EZ");
            assertThat(closed.get(1).field('M')).isEqualTo("prepared statement \"s\" does not exist");
            assertThat(RawClient.types(one.query("DEALLOCATE common"))).isEqualTo("CZ");
            assertThat(one.query("DEALLOCATE common").getFirst().sqlState()).isEqualTo("26000");
            assertThat(clients.get(1).value("EXECUTE common(7)")).isEqualTo("text 7");
            assertThat(RawClient.types(clients.get(2).query("DISCARD ALL"))).isEqualTo("CZ");
            clients.get(3).send(out -> {
                FrontendMessages.bind(out, "", "s", List.of());
                FrontendMessages.execute(out, "");
                FrontendMessages.sync(out);
            });
            assertThat(RawClient.types(clients.get(3).receiveReady(1))).isEqualTo("2DCZ");
            RawClient.close(clients);
        }
    }

    @Test
    void aParseThatIsSkippedLeavesTheUnnamedStatementBeforeIt() throws Exception {
        try (TestGateway gateway = gateway(PoolRules.USUAL.size(0, 1));
                RawClient client = RawClient.login(gateway.port());
                RawClient other = RawClient.login(gateway.port())) {
            client.send(out -> {
                FrontendMessages.parse(out, "", "SELECT 'the first'");
                FrontendMessages.sync(out);
            });
            assertThat(RawClient.types(client.receiveReady(1))).isEqualTo("1Z");
            other.query("SELECT 1");
            client.send(out -> {
                FrontendMessages.bind(out, "", "unknown", List.of());
                FrontendMessages.parse(out, "", "SELECT 'the second'");
                FrontendMessages.sync(out);
            });
            assertThat(RawClient.types(client.receiveReady(1))).isEqualTo("EZ");
            other.query("SELECT 1");
            client.send(out -> {
                FrontendMessages.bind(out, "", "", List.of());
                FrontendMessages.execute(out, "");
                FrontendMessages.sync(out);
            });
            var answer = client.receiveReady(1);
            assertThat(RawClient.types(answer)).isEqualTo("2DCZ");
            assertThat(answer.get(1).text()).endsWith("the first");
        }
    }

    @Test
    void serversKeepNoMoreStatementsThanTheyMay() throws Exception {
        PoolingSettings settings =
                PoolingSettings.USUAL.usual(PoolRules.USUAL.size(0, 1)).preparedStatements(3);
        try (TestGateway gateway = TestGateway.before(
                        postgres, TestGateway.Settings.usual().pooling(settings));
                RawClient client = RawClient.login(gateway.port())) {
            for (int index = 0; index < 10; index++) {
                String name = "s" + index;
                String sql = "SELECT " + index;
                client.send(out -> {
                    FrontendMessages.parse(out, name, sql);
                    FrontendMessages.sync(out);
                });
                assertThat(RawClient.types(client.receiveReady(1))).isEqualTo("1Z");
            }
            for (int index = 9; index >= 0; index--) {
                String name = "s" + index;
                client.send(out -> {
                    FrontendMessages.bind(out, "", name, List.of());
                    FrontendMessages.execute(out, "");
                    FrontendMessages.sync(out);
                });
                var answer = client.receiveReady(1);
                assertThat(RawClient.types(answer)).isEqualTo("2DCZ");
                assertThat(RawClient.value(answer)).isEqualTo("" + index);
            }
            assertThat(Integer.parseInt(client.value("SELECT count(*) FROM pg_prepared_statements")))
                    .isLessThanOrEqualTo(3);
        }
    }

    @Test
    void aStatementWhoseResultChangedIsPreparedAnew() throws Exception {
        postgres.first().sql("DROP TABLE IF EXISTS reshaped");
        postgres.first().sql("CREATE TABLE reshaped AS SELECT 1 AS a");
        postgres.first().sql("GRANT SELECT ON reshaped TO app");
        try (TestGateway gateway = gateway(PoolRules.USUAL.size(0, 1));
                RawClient client = RawClient.login(gateway.port())) {
            client.send(out -> {
                FrontendMessages.parse(out, "s", "SELECT * FROM reshaped");
                FrontendMessages.sync(out);
            });
            client.receiveReady(1);
            postgres.first().sql("ALTER TABLE reshaped ADD b int");
            client.send(out -> {
                FrontendMessages.bind(out, "", "s", List.of());
                FrontendMessages.execute(out, "");
                FrontendMessages.sync(out);
                FrontendMessages.sync(out);
            });
            // What a direct connection answers too; but here it is over with that.
            assertThat(client.receiveReady(2).getFirst().sqlState()).isEqualTo("0A000");
            client.send(out -> {
                FrontendMessages.bind(out, "", "s", List.of());
                FrontendMessages.execute(out, "");
                FrontendMessages.sync(out);
            });
            assertThat(RawClient.types(client.receiveReady(1))).isEqualTo("2DCZ");
        }
    }

    @Test
    void whatIsPreparedAnewMeansWhatItMeansNow() throws Exception {
        try (TestGateway gateway = gateway(PoolRules.USUAL.size(0, 1));
                RawClient client = RawClient.login(gateway.port())) {
            client.query("BEGIN");
            client.query("CREATE TABLE changing (a int)");
            for (String name : List.of("one", "two")) {
                client.send(out -> {
                    FrontendMessages.parse(out, name, "SELECT * FROM changing");
                    FrontendMessages.bind(out, "", name, List.of());
                    FrontendMessages.execute(out, "");
                    FrontendMessages.sync(out);
                });
                assertThat(RawClient.types(client.receiveReady(1))).as(name).isEqualTo("12CZ");
                client.query("ALTER TABLE changing ADD COLUMN b int");
            }
            client.query("ROLLBACK");
        }
    }

    @Test
    void whatCannotMoveKeepsItsConnectionForAsLongAsItIsThere() throws Exception {
        record Case(String pin, String make, String use, String letGo) {}
        List<Case> cases = List.of(
                new Case("temporary_object", "CREATE TEMP TABLE mine (a int)", "TABLE mine", "DROP TABLE mine"),
                new Case("temporary_object", "CREATE TEMP TABLE mine (a int)", "TABLE mine", "DISCARD TEMP"),
                new Case("temporary_object", "SELECT 1 AS a INTO TEMP mine", "TABLE mine", "DISCARD ALL"),
                new Case("holdable_cursor", "DECLARE c CURSOR WITH HOLD FOR SELECT 1", "FETCH c", "CLOSE c"),
                new Case("advisory_lock", "SELECT pg_advisory_lock(1)", "SELECT 1", "SELECT pg_advisory_unlock(1)"),
                new Case("advisory_lock", "SELECT pg_advisory_lock(1)", "SELECT 1", "SELECT pg_advisory_unlock_all()"),
                new Case("listen", "LISTEN here; SELECT 1", "SELECT 1", "UNLISTEN *"),
                new Case("listen", "DO $$BEGIN EXECUTE 'LISTEN here'; END$$", "SELECT 1", "UNLISTEN here"),
                new Case("sql_statement", "PREPARE p AS SELECT 1", "EXECUTE p", "DEALLOCATE p"),
                new Case("seed", "SELECT setseed(0.5)", "SELECT 1", "DISCARD ALL"),
                new Case(
                        "temporary_object",
                        "DO 'BEGIN CREATE TEMP TABLE mine (a int); END'",
                        "TABLE mine",
                        "DROP TABLE mine"));
        for (Case each : cases) {
            try (TestGateway gateway = gateway(PoolRules.USUAL.size(0, 1).waiting(Duration.ofMillis(300)));
                    RawClient owner = RawClient.login(gateway.port());
                    RawClient other = RawClient.login(gateway.port())) {
                assertThat(RawClient.types(owner.query(each.make)))
                        .as(each.make)
                        .endsWith("CZ");
                assertThat(RawClient.types(owner.query(each.use))).as(each.use).endsWith("CZ");
                assertThat(gateway.counters().pins()).as(each.make).containsKey(each.pin);
                var refused = other.query("SELECT 1");
                assertThat(refused.getFirst().sqlState()).as(each.make).isEqualTo("53300");
                assertThat(refused.getFirst().field('H')).contains("maximum");
                assertThat(RawClient.types(owner.query(each.letGo)))
                        .as(each.letGo)
                        .endsWith("CZ");
                assertThat(RawClient.types(other.query("SELECT 1")))
                        .as(each.letGo)
                        .isEqualTo("TDCZ");
            }
        }
    }

    @Test
    void whatLeavesNothingBehindKeepsNothing() throws Exception {
        try (TestGateway gateway = gateway(PoolRules.USUAL.size(0, 1));
                RawClient owner = RawClient.login(gateway.port());
                RawClient other = RawClient.login(gateway.port())) {
            for (String sql : List.of(
                    "DO 'BEGIN PERFORM 1; END'",
                    "BEGIN; CREATE TEMP TABLE mine (a int) ON COMMIT DROP; COMMIT",
                    "BEGIN; CREATE TEMP TABLE mine (a int); ROLLBACK",
                    "BEGIN; LISTEN x; ROLLBACK",
                    "SELECT pg_advisory_xact_lock(1)",
                    "BEGIN; DECLARE c CURSOR FOR SELECT 1; COMMIT")) {
                assertThat(RawClient.types(owner.query(sql))).as(sql).endsWith("Z");
                assertThat(RawClient.types(other.query("SELECT 1"))).as(sql).isEqualTo("TDCZ");
            }
        }
    }

    @Test
    void preparedStatementsAndSettingsSurviveAFailover() throws Exception {
        try (TestGateway gateway = gateway(PoolRules.USUAL.size(0, 2))) {
            List<RawClient> clients = RawClient.logins(gateway.port(), 4);
            for (int index = 0; index < 4; index++) {
                String sql = "SELECT current_setting('work_mem') || ' " + index + "'";
                clients.get(index).query("SET work_mem = '" + (index + 2) + "MB'");
                clients.get(index).send(out -> {
                    FrontendMessages.parse(out, "s", sql);
                    FrontendMessages.sync(out);
                });
                clients.get(index).receiveReady(1);
            }
            for (int round = 0; round < 4; round++) {
                gateway.routes.primary((round % 2 == 0 ? postgres.second() : postgres.first()).backend());
                for (int index = 0; index < 4; index++) {
                    RawClient client = clients.get(index);
                    client.send(out -> {
                        FrontendMessages.bind(out, "", "s", List.of());
                        FrontendMessages.execute(out, "");
                        FrontendMessages.sync(out);
                    });
                    assertThat(RawClient.value(client.receiveReady(1))).isEqualTo((index + 2) + "MB " + index);
                }
            }
            RawClient.close(clients);
        }
    }

    @Test
    void sequencesAreNeverThoseOfAnotherClient() throws Exception {
        postgres.first().sql("CREATE SEQUENCE IF NOT EXISTS counted");
        postgres.first().sql("GRANT ALL ON counted TO app");
        try (TestGateway gateway = gateway(PoolRules.USUAL.size(0, 1));
                RawClient one = RawClient.login(gateway.port());
                RawClient two = RawClient.login(gateway.port())) {
            one.query("SELECT nextval('counted')");
            var answer = two.query("SELECT lastval()");
            assertThat(answer.stream().map(RawClient.Message::sqlState)).contains("55000");
            // From now on this client keeps its connection, so that it is served as it expects.
            assertThat(RawClient.types(two.query("SELECT nextval('counted'); SELECT lastval()")))
                    .isEqualTo("TDCTDCZ");
            assertThat(RawClient.types(two.query("SELECT lastval()"))).isEqualTo("TDCZ");
        }
    }
}
