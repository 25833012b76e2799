package io.howdah.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.howdah.gateway.pool.PoolMode;
import io.howdah.gateway.pool.PoolRules;
import io.howdah.gateway.pool.PoolingSettings;
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

    @Test
    void manyClientsShareTwoConnections() throws Exception {
        try (TestGateway gateway = gateway(PoolRules.USUAL.size(0, 2))) {
            List<RawClient> clients = RawClient.logins(gateway.port(), 10);
            for (RawClient client : clients) {
                client.send(out -> FrontendMessages.query(out, "SELECT pg_backend_pid() FROM pg_sleep(0.02)"));
            }
            Set<String> pids = new HashSet<>();
            for (RawClient client : clients) {
                pids.add(RawClient.value(client.receiveReady(1)));
            }
            assertThat(pids).hasSize(2);
            assertThat(gateway.counters().waits()).isPositive();
            assertThat(postgres.first().count(CONNECTIONS)).isEqualTo(2);
            RawClient.close(clients);
        }
    }

    @Test
    void aTransactionKeepsItsConnectionAndOthersWaitInOrder() throws Exception {
        try (TestGateway gateway = gateway(PoolRules.USUAL.size(0, 1))) {
            List<RawClient> clients = RawClient.logins(gateway.port(), 4);
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
                times.add(RawClient.value(clients.get(index).receiveReady(1)));
            }
            assertThat(times).isSorted();
            RawClient.close(clients);
        }
    }

    @Test
    void aClientThatLeavesInATransactionLeavesNothingOpen() throws Exception {
        try (TestGateway gateway = gateway(PoolRules.USUAL.size(0, 1));
                RawClient other = RawClient.login(gateway.port())) {
            RawClient leaving = RawClient.login(gateway.port());
            leaving.query("BEGIN");
            leaving.close();
            assertThat(other.value("SELECT now() = statement_timestamp()")).isEqualTo("t");
        }
    }

    @Test
    void differentStartUpParametersAndDatabasesShareTheMaximum() throws Exception {
        try (TestGateway gateway = gateway(PoolRules.USUAL.size(0, 1));
                RawClient one = RawClient.login(gateway.port(), Map.of("options", "-c work_mem=3MB"));
                RawClient two = RawClient.login(gateway.port(), Map.of("DateStyle", "German"))) {
            for (int round = 0; round < 3; round++) {
                assertThat(one.value("SHOW work_mem")).isEqualTo("3MB");
                assertThat(two.value("SHOW DateStyle")).startsWith("German");
                assertThat(two.value("SHOW work_mem")).isEqualTo("4MB");
            }
            one.query("SET work_mem = '5MB'");
            one.query("RESET work_mem");
            assertThat(one.value("SHOW work_mem")).isEqualTo("3MB");
        }
    }

    @Test
    void idleConnectionsAreClosedDownToTheMinimum() throws Exception {
        PoolRules rules = PoolRules.USUAL.size(1, 4).lasting(Duration.ofHours(1), Duration.ofMillis(1));
        try (TestGateway gateway = gateway(rules)) {
            List<RawClient> clients = RawClient.logins(gateway.port(), 4);
            for (RawClient client : clients) {
                client.query("BEGIN");
            }
            assertThat(postgres.first().count(CONNECTIONS)).isEqualTo(4);
            for (RawClient client : clients) {
                client.query("COMMIT");
            }
            await().until(() -> postgres.first().count(CONNECTIONS) == 1);
            RawClient.close(clients);
            postgres.first().killBackends("app");
            await().until(() -> postgres.first().count(CONNECTIONS) == 1);
        }
    }

    @Test
    void connectionsAreReplacedWhenTheyAreOld() throws Exception {
        PoolRules rules = PoolRules.USUAL.size(0, 1).lasting(Duration.ofMillis(500), Duration.ofHours(1));
        try (TestGateway gateway = gateway(rules);
                RawClient client = RawClient.login(gateway.port())) {
            String first = client.value("SELECT pg_backend_pid()");
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> !client.value("SELECT pg_backend_pid()").equals(first));
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
            List<RawClient> clients = RawClient.logins(gateway.port(), 6);
            for (int round = 0; round < 5; round++) {
                for (RawClient client : clients) {
                    client.send(out -> FrontendMessages.query(out, "SELECT 1"));
                }
                for (RawClient client : clients) {
                    assertThat(RawClient.types(client.receiveReady(1))).isEqualTo("TDCZ");
                }
            }
            assertThat(postgres.first().count(CONNECTIONS)).isLessThanOrEqualTo(1);
            RawClient.close(clients);
        }
    }

    @Test
    void idleConnectionsMoveToTheLoopWhoseClientsWait() throws Exception {
        var rules = PoolRules.USUAL.size(0, 2).waiting(Duration.ofSeconds(5));
        var settings = TestGateway.Settings.usual().pooling(rules).loops(2);
        try (TestGateway gateway = TestGateway.before(postgres, settings)) {
            List<RawClient> clients = RawClient.logins(gateway.port(), 4);
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
            RawClient.close(clients);
        }
    }

    @Test
    void transactionsGoOnWhileOthersWaitToBegin() throws Exception {
        try (TestGateway gateway = gateway(PoolRules.USUAL.size(0, 3))) {
            List<RawClient> clients = RawClient.logins(gateway.port(), 5);
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
            RawClient.close(clients);
        }
    }

    @Test
    void rulesDifferByRoleAndDatabase() throws Exception {
        PoolingSettings settings = PoolingSettings.USUAL
                .usual(PoolRules.USUAL.size(0, 1))
                .exceptions(
                        new PoolingSettings.Exemption(
                                Optional.of("template1"), Optional.empty(), PoolRules.USUAL.mode(PoolMode.STATEMENT)),
                        new PoolingSettings.Exemption(
                                Optional.empty(), Optional.of("app"), PoolRules.USUAL.mode(PoolMode.SESSION)));
        try (TestGateway gateway = TestGateway.before(
                        postgres, TestGateway.Settings.usual().pooling(settings));
                RawClient one = RawClient.login(gateway.port());
                RawClient two = RawClient.login(gateway.port());
                RawClient single = RawClient.login(gateway.port(), Map.of("database", "template1"))) {
            String pid = one.value("SELECT pg_backend_pid()");
            assertThat(two.value("SELECT pg_backend_pid()")).isNotEqualTo(pid);
            assertThat(one.value("SELECT pg_backend_pid()")).isEqualTo(pid);
            assertThat(RawClient.types(single.query("SELECT 1"))).isEqualTo("TDCZ");
            single.send(out -> FrontendMessages.query(out, "BEGIN"));
            String rest = new String(single.receiveToEnd(), StandardCharsets.ISO_8859_1);
            assertThat(rest).contains("FATAL").contains("statement pooling");
        }
    }

    @Test
    void aCancelNeverHitsTheNextUserOfAConnection() throws Exception {
        try (TestGateway gateway = gateway(PoolRules.USUAL.size(0, 1))) {
            List<RawClient> clients = RawClient.logins(gateway.port(), 3);
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
            RawClient.close(clients);
        }
    }
}
