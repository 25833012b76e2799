package io.howdah.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.howdah.gateway.session.PoolMode;
import io.howdah.gateway.session.PoolRules;
import io.howdah.gateway.session.PoolingSettings;
import io.howdah.gateway.support.PostgresFixture;
import io.howdah.gateway.support.RawClient;
import io.howdah.gateway.support.TestGateway;
import io.howdah.gateway.support.WithPostgres;
import io.howdah.postgres.wire.FrontendMessages;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many clients share few connections, and none of them can tell. */
@ExtendWith(WithPostgres.class)
final class PoolingTest {
    private static final String CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'app'";

    private final PostgresFixture postgres;

    PoolingTest(PostgresFixture postgres) {
        this.postgres = postgres;
    }

    private TestGateway gateway(PoolRules rules) {
        return TestGateway.before(postgres, TestGateway.Settings.usual().pooling(rules));
    }

    static String value(List<RawClient.Message> answer) {
        return answer.stream()
                .filter(message -> message.type() == 'D')
                .map(message -> new String(message.body(), 6, message.body().length - 6, StandardCharsets.UTF_8))
                .findFirst()
                .orElseThrow(() -> new AssertionError(answer.getFirst().text()));
    }

    static String value(RawClient client, String sql) throws Exception {
        return value(client.query(sql));
    }

    private static List<RawClient> clients(TestGateway gateway, int count) throws Exception {
        List<RawClient> clients = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            clients.add(RawClient.login(gateway.port(), Map.of("application_name", "client " + index)));
        }
        return clients;
    }

    private static void close(List<RawClient> clients) throws Exception {
        for (RawClient client : clients) {
            client.close();
        }
    }

    @Test
    void manyClientsShareTwoConnections() throws Exception {
        try (TestGateway gateway = gateway(PoolRules.USUAL.size(0, 2))) {
            List<RawClient> clients = clients(gateway, 10);
            for (RawClient client : clients) {
                client.send(out -> FrontendMessages.query(out, "SELECT pg_backend_pid() FROM pg_sleep(0.02)"));
            }
            Set<String> pids = new HashSet<>();
            for (RawClient client : clients) {
                pids.add(value(client.receiveReady(1)));
            }
            assertThat(pids).hasSize(2);
            assertThat(gateway.counters().waits()).isPositive();
            assertThat(postgres.first().count(CONNECTIONS)).isEqualTo(2);
            close(clients);
        }
    }

    @Test
    void settingsFollowTheirClient() throws Exception {
        try (TestGateway gateway = gateway(PoolRules.USUAL.size(0, 1))) {
            List<RawClient> clients = clients(gateway, 3);
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
                    assertThat(value(client, "SHOW work_mem")).isEqualTo((index + 1) + "MB");
                    assertThat(value(client, "SHOW lock_timeout")).isEqualTo((index + 1) + "s");
                    assertThat(value(client, "SHOW application_name")).isEqualTo("client " + index);
                    assertThat(value(client, "SHOW role")).isEqualTo(index == 2 ? "other" : "none");
                }
                assertThat(value(first, "SHOW statement_timeout")).isEqualTo("0");
                assertThat(value(second, "SHOW statement_timeout")).isEqualTo("8s");
            }
            second.query("RESET ALL");
            assertThat(value(second, "SHOW work_mem")).isEqualTo("4MB");
            assertThat(value(second, "SHOW application_name")).isEqualTo("client 1");
            assertThat(value(first, "SHOW work_mem")).isEqualTo("1MB");
            clients.get(2).query("DISCARD ALL");
            assertThat(value(clients.get(2), "SHOW role")).isEqualTo("none");
            assertThat(gateway.counters().pins()).isEmpty();
            close(clients);
        }
    }

    @Test
    void reportedSettingsAreToldWhenTheConnectionChangesHands() throws Exception {
        try (TestGateway gateway = gateway(PoolRules.USUAL.size(0, 1))) {
            List<RawClient> clients = clients(gateway, 2);
            var set = clients.get(0).query("SET DateStyle = 'German'");
            assertThat(RawClient.types(set)).isEqualTo("CSZ");
            assertThat(value(clients.get(1), "SELECT DATE '2026-02-01'")).isEqualTo("2026-02-01");
            var again = clients.get(0).query("SELECT DATE '2026-02-01'");
            assertThat(RawClient.types(again)).isEqualTo("TDCZ");
            assertThat(value(again)).isEqualTo("01.02.2026");
            close(clients);
        }
    }

    @Test
    void preparedStatementsFollowTheirClient() throws Exception {
        try (TestGateway gateway = gateway(PoolRules.USUAL.size(0, 2))) {
            List<RawClient> clients = clients(gateway, 4);
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
            assertThat(value(clients.get(1), "EXECUTE common(7)")).isEqualTo("text 7");
            assertThat(RawClient.types(clients.get(2).query("DISCARD ALL"))).isEqualTo("CZ");
            clients.get(3).send(out -> {
                FrontendMessages.bind(out, "", "s", List.of());
                FrontendMessages.execute(out, "");
                FrontendMessages.sync(out);
            });
            assertThat(RawClient.types(clients.get(3).receiveReady(1))).isEqualTo("2DCZ");
            close(clients);
        }
    }

    @Test
    void serversKeepNoMoreStatementsThanTheyMay() throws Exception {
        PoolingSettings settings = new PoolingSettings(PoolRules.USUAL.size(0, 1), List.of(), 0, 0, 3, false);
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
                assertThat(value(answer)).isEqualTo("" + index);
            }
            assertThat(Integer.parseInt(value(client, "SELECT count(*) FROM pg_prepared_statements")))
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
    void whatCannotMoveKeepsItsConnectionForAsLongAsItIsThere() throws Exception {
        record Case(String pin, String make, String use, String letGo) {}
        List<Case> cases = List.of(
                new Case("temporary_object", "CREATE TEMP TABLE mine (a int)", "TABLE mine", "DROP TABLE mine"),
                new Case("temporary_object", "CREATE TEMP TABLE mine (a int)", "TABLE mine", "DISCARD TEMP"),
                new Case("temporary_object", "SELECT 1 AS a INTO TEMP mine", "TABLE mine", "DISCARD ALL"),
                new Case("holdable_cursor", "DECLARE c CURSOR WITH HOLD FOR SELECT 1", "FETCH c", "CLOSE c"),
                new Case("advisory_lock", "SELECT pg_advisory_lock(1)", "SELECT 1", "SELECT pg_advisory_unlock(1)"),
                new Case("advisory_lock", "SELECT pg_advisory_lock(1)", "SELECT 1", "SELECT pg_advisory_unlock_all()"),
                new Case("listen", "LISTEN here", "SELECT 1", "UNLISTEN *"),
                new Case("listen", "LISTEN here", "SELECT 1", "UNLISTEN here"),
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
    void aTransactionKeepsItsConnectionAndOthersWaitInOrder() throws Exception {
        try (TestGateway gateway = gateway(PoolRules.USUAL.size(0, 1))) {
            List<RawClient> clients = clients(gateway, 4);
            clients.get(0).query("BEGIN");
            for (int index = 1; index < 4; index++) {
                int waiting = index;
                clients.get(index).send(out -> FrontendMessages.query(out, "SELECT clock_timestamp()"));
                await().until(() -> gateway.counters().waits() == waiting);
            }
            assertThat(clients.get(1).isSilentFor(50)).isTrue();
            assertThat(RawClient.types(clients.get(0).query("COMMIT"))).isEqualTo("CZ");
            List<String> times = new ArrayList<>();
            for (int index = 1; index < 4; index++) {
                times.add(value(clients.get(index).receiveReady(1)));
            }
            assertThat(times).isSorted();
            close(clients);
        }
    }

    @Test
    void aClientThatLeavesInATransactionLeavesNothingOpen() throws Exception {
        try (TestGateway gateway = gateway(PoolRules.USUAL.size(0, 1));
                RawClient other = RawClient.login(gateway.port())) {
            RawClient leaving = RawClient.login(gateway.port());
            leaving.query("BEGIN");
            leaving.close();
            assertThat(value(other, "SELECT now() = statement_timestamp()")).isEqualTo("t");
        }
    }

    @Test
    void differentStartUpParametersAndDatabasesShareTheMaximum() throws Exception {
        try (TestGateway gateway = gateway(PoolRules.USUAL.size(0, 1));
                RawClient one = RawClient.login(gateway.port(), Map.of("options", "-c work_mem=3MB"));
                RawClient two = RawClient.login(gateway.port(), Map.of("DateStyle", "German"))) {
            for (int round = 0; round < 3; round++) {
                assertThat(value(one, "SHOW work_mem")).isEqualTo("3MB");
                assertThat(value(two, "SHOW DateStyle")).startsWith("German");
                assertThat(value(two, "SHOW work_mem")).isEqualTo("4MB");
            }
            one.query("SET work_mem = '5MB'");
            one.query("RESET work_mem");
            assertThat(value(one, "SHOW work_mem")).isEqualTo("3MB");
        }
    }

    @Test
    void idleConnectionsAreClosedDownToTheMinimum() throws Exception {
        PoolRules rules = PoolRules.USUAL.size(1, 4).lasting(Duration.ofHours(1), Duration.ofMillis(1));
        try (TestGateway gateway = gateway(rules)) {
            List<RawClient> clients = clients(gateway, 4);
            for (RawClient client : clients) {
                client.query("BEGIN");
            }
            assertThat(postgres.first().count(CONNECTIONS)).isEqualTo(4);
            for (RawClient client : clients) {
                client.query("COMMIT");
            }
            await().until(() -> postgres.first().count(CONNECTIONS) == 1);
            close(clients);
            postgres.first().killBackends("app");
            await().until(() -> postgres.first().count(CONNECTIONS) == 1);
        }
    }

    @Test
    void aReserveHelpsThoseWhoWaitLong() throws Exception {
        PoolRules rules = PoolRules.USUAL.size(0, 1).reserve(1, Duration.ofMillis(100));
        try (TestGateway gateway = gateway(rules);
                RawClient blocking = RawClient.login(gateway.port());
                RawClient other = RawClient.login(gateway.port())) {
            blocking.query("BEGIN");
            assertThat(RawClient.types(other.query("SELECT 1"))).isEqualTo("TDCZ");
        }
    }

    @Test
    void eventLoopsShareTheMaximum() throws Exception {
        var settings =
                TestGateway.Settings.usual().pooling(PoolRules.USUAL.size(0, 1)).loops(2);
        try (TestGateway gateway = TestGateway.before(postgres, settings)) {
            List<RawClient> clients = clients(gateway, 6);
            for (int round = 0; round < 5; round++) {
                for (RawClient client : clients) {
                    client.send(out -> FrontendMessages.query(out, "SELECT 1"));
                }
                for (RawClient client : clients) {
                    assertThat(RawClient.types(client.receiveReady(1))).isEqualTo("TDCZ");
                }
            }
            assertThat(postgres.first().count(CONNECTIONS)).isLessThanOrEqualTo(1);
            close(clients);
        }
    }

    /** Two clients of one loop need both connections, of which the other loop has one and does not use it. */
    @Test
    void idleConnectionsMoveToTheLoopWhoseClientsWait() throws Exception {
        var rules = PoolRules.USUAL.size(0, 2).waiting(Duration.ofSeconds(5));
        var settings = TestGateway.Settings.usual().pooling(rules).loops(2);
        try (TestGateway gateway = TestGateway.before(postgres, settings)) {
            List<RawClient> clients = clients(gateway, 4);
            for (int one = 0; one < clients.size(); one++) {
                for (int other = 0; other < one; other++) {
                    assertThat(RawClient.types(clients.get(one).query("BEGIN"))).isEqualTo("CZ");
                    assertThat(RawClient.types(clients.get(other).query("BEGIN")))
                            .isEqualTo("CZ");
                    assertThat(RawClient.types(clients.get(one).query("COMMIT")))
                            .isEqualTo("CZ");
                    assertThat(RawClient.types(clients.get(other).query("COMMIT")))
                            .isEqualTo("CZ");
                }
            }
            close(clients);
        }
    }

    @Test
    void transactionsGoOnWhileOthersWaitToBegin() throws Exception {
        try (TestGateway gateway = gateway(PoolRules.USUAL.size(0, 3))) {
            List<RawClient> clients = clients(gateway, 5);
            for (RawClient client : clients) {
                client.send(out -> FrontendMessages.query(out, "BEGIN"));
            }
            await().until(() -> gateway.counters().waits() >= 2);
            int served = 0;
            for (int round = 0; served < clients.size() && round < 50; round++) {
                for (RawClient client : List.copyOf(clients)) {
                    if (!client.isSilentFor(50)) {
                        assertThat(RawClient.types(client.receiveReady(1))).isEqualTo("CZ");
                        assertThat(RawClient.types(client.query("SELECT 1"))).isEqualTo("TDCZ");
                        assertThat(RawClient.types(client.query("COMMIT"))).isEqualTo("CZ");
                        served++;
                    }
                }
            }
            assertThat(served).isEqualTo(5);
            close(clients);
        }
    }

    @Test
    void rulesDifferByRoleAndDatabase() throws Exception {
        PoolingSettings settings = new PoolingSettings(
                PoolRules.USUAL.size(0, 1),
                List.of(
                        new PoolingSettings.Exemption(
                                Optional.of("template1"), Optional.empty(), PoolRules.USUAL.mode(PoolMode.STATEMENT)),
                        new PoolingSettings.Exemption(
                                Optional.empty(), Optional.of("app"), PoolRules.USUAL.mode(PoolMode.SESSION))),
                0,
                0,
                200,
                false);
        try (TestGateway gateway = TestGateway.before(
                        postgres, TestGateway.Settings.usual().pooling(settings));
                RawClient one = RawClient.login(gateway.port());
                RawClient two = RawClient.login(gateway.port());
                RawClient single = RawClient.login(gateway.port(), Map.of("database", "template1"))) {
            String pid = value(one, "SELECT pg_backend_pid()");
            assertThat(value(two, "SELECT pg_backend_pid()")).isNotEqualTo(pid);
            assertThat(value(one, "SELECT pg_backend_pid()")).isEqualTo(pid);
            assertThat(RawClient.types(single.query("SELECT 1"))).isEqualTo("TDCZ");
            single.send(out -> FrontendMessages.query(out, "BEGIN"));
            String rest = new String(single.receiveToEnd(), StandardCharsets.ISO_8859_1);
            assertThat(rest).contains("FATAL").contains("statement pooling");
        }
    }

    @Test
    void preparedStatementsAndSettingsSurviveAFailover() throws Exception {
        try (TestGateway gateway = gateway(PoolRules.USUAL.size(0, 2))) {
            List<RawClient> clients = clients(gateway, 4);
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
                    assertThat(value(client.receiveReady(1))).isEqualTo((index + 2) + "MB " + index);
                }
            }
            close(clients);
        }
    }

    @Test
    void aCancelNeverHitsTheNextUserOfAConnection() throws Exception {
        try (TestGateway gateway = gateway(PoolRules.USUAL.size(0, 1))) {
            List<RawClient> clients = clients(gateway, 3);
            RawClient victim = clients.get(0);
            for (int round = 0; round < 30; round++) {
                victim.send(out -> FrontendMessages.query(out, "SELECT pg_sleep(0.002)"));
                clients.get(1).send(out -> FrontendMessages.query(out, "SELECT pg_sleep(0.002)"));
                clients.get(2).send(out -> FrontendMessages.query(out, "SELECT pg_sleep(0.002)"));
                try (RawClient canceler = RawClient.open(gateway.port())) {
                    canceler.send(out -> out.writeInt(16)
                            .writeInt(80877102)
                            .writeInt(victim.pid())
                            .writeInt(victim.secret()));
                    canceler.receiveToEnd();
                }
                assertThat(RawClient.types(victim.receiveReady(1))).isIn("TDCZ", "TEZ", "EZ");
                assertThat(RawClient.types(clients.get(1).receiveReady(1))).isEqualTo("TDCZ");
                assertThat(RawClient.types(clients.get(2).receiveReady(1))).isEqualTo("TDCZ");
            }
            close(clients);
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
